//! Who may approve, beside whom, and for whom: what is the same for both proofs.

use std::collections::BTreeSet;

use watchdeck_domain::Identity;

use super::{Approval, Approver};

/// Those who may approve, who has, and who asks.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Panel<'a> {
    /// Those who may, by the file.
    pub(crate) roster: &'a [Approver],
    /// Whether their teams must differ, and from that of the one who asks.
    pub(crate) distinct_teams: bool,
    /// Who has approved already.
    pub(crate) before: &'a [Approval],
    /// Who asks.
    pub(crate) asker: Asker<'a>,
}

impl Panel<'_> {
    /// The one whose key this is.
    pub(super) fn by_key(&self, key: &str) -> Result<Approval, String> {
        let known = self.roster.iter().find(|known| known.key.as_deref() == Some(key));
        let approver = known.ok_or("its key is not, or no longer, in the file of approvers")?;
        if self.asker.is(approver) {
            return Err(format!("{} asks, and cannot approve as well", approver.name));
        }
        self.beside(Approval {
            by: approver.name.clone(),
            team: approver.team.clone(),
            key: approver.key.clone(),
            principal: None,
        })
    }

    /// The one who is this principal at AWS.
    pub(super) fn by_principal(&self, principal: &Identity) -> Result<Approval, String> {
        let arn = &principal.arn;
        let own = || format!("{arn} asks, and cannot approve as well");
        if self.asker.is_also(principal) {
            return Err(own());
        }
        let fits = |known: &&Approver| known.is_at(arn);
        // Who is named by a whole ARN is known by it, whatever pattern fits them too.
        let one = self.roster.iter().find(|known| fits(known) && known.is_one());
        let approver = one.or_else(|| self.roster.iter().find(fits));
        let approver = approver
            .ok_or_else(|| format!("{arn} is not, or no longer, in the file of approvers"))?;
        if approver.is_one() && self.asker.is(approver) {
            return Err(own());
        }
        let by = if approver.is_one() {
            approver.name.clone()
        } else {
            format!("{}: {}", approver.name, principal.role())
        };
        let (team, principal) = (approver.team.clone(), Some(principal.clone()));
        self.beside(Approval { by, team, key: None, principal })
    }

    /// Whether one more counts beside those that do.
    fn beside(&self, one: Approval) -> Result<Approval, String> {
        let Approval { by, team, .. } = &one;
        if self.before.iter().any(|known| known.is_by_who_gave(&one)) {
            return Err(format!("{by} has approved already"));
        }
        let taken = self.asker.team(self.roster) == Some(team)
            || self.before.iter().any(|known| known.team == *team);
        if self.distinct_teams && taken {
            return Err(format!("{by} is of the team {team}, and the teams must differ"));
        }
        Ok(one)
    }
}

/// Who asks, as far as it is known.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Asker<'a> {
    /// The principal.
    pub(crate) identity: &'a Identity,
    /// The name on this machine.
    pub(crate) operator: &'a str,
}

impl Asker<'_> {
    /// The names under which the one who asks is known: of the session or user at AWS, and on this machine.
    fn names(&self) -> BTreeSet<String> {
        let mut names = names(self.identity);
        names.extend((!self.operator.is_empty()).then(|| self.operator.to_lowercase()));
        names
    }

    /// Whether an approver is the one who asks.
    fn is(&self, approver: &Approver) -> bool {
        let own = self.names();
        let called = std::iter::once(&approver.name)
            .chain(&approver.names)
            .any(|name| own.contains(&name.to_lowercase()));
        called || (approver.is_one() && approver.is_at(&self.identity.arn))
    }

    /// Whether a principal is the one who asks: the same, or by another role under the name of the same session.
    fn is_also(&self, principal: &Identity) -> bool {
        let same = self.identity.user_id == principal.user_id || self.identity.arn == principal.arn;
        same || !self.names().is_disjoint(&names(principal))
    }

    /// The team of the one who asks, if the file knows them.
    fn team<'r>(&self, roster: &'r [Approver]) -> Option<&'r str> {
        let known = roster.iter().find(|known| self.is(known));
        let known = known.or_else(|| roster.iter().find(|known| known.is_at(&self.identity.arn)));
        known.map(|known| known.team.as_str())
    }
}

/// The names under which AWS knows a principal: of its session or user.
fn names(identity: &Identity) -> BTreeSet<String> {
    let arn = identity.role().rsplit('/').next().unwrap_or_default();
    let session = identity.user_id.rsplit(':').next().unwrap_or_default();
    [arn, session].into_iter().filter(|name| !name.is_empty()).map(str::to_lowercase).collect()
}
