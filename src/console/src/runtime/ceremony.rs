//! The ceremony of a place, from the operator's files: the policy, the calendars, the approvers, and the kill switch.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use watchdeck_domain::{ChangeCalendar, CheckpointStore, Clock, Environment, LeaseTable};
use watchdeck_guard::{
    APPROVAL_STANDS, AskedCalendar, Calendar, CalendarFile, Ceremony, House, KillSwitch,
    LEASE_STANDS, Leases, Shipper,
};
use watchdeck_runbook::Cel;

use super::accounts::Opened;
use super::clock::MachineClock;
use super::contexts;
use super::proposal::for_people;
use super::state::StateFolder;
use crate::app::{Mark, RealmName};

/// No policy is longer.
const LARGEST: u64 = 1 << 20;

/// What is asked of changes in the account that was opened. `speed` is that at which people live through its time.
pub fn of(opened: &Opened, state: &StateFolder, speed: f64) -> Ceremony {
    let mark = opened.route.mark.clone().unwrap_or_else(|| Mark::unnamed(opened.realm));
    // A simulated account that no context names is nobody's production; an account behind an endpoint always has a mark.
    let environment = mark.environment.unwrap_or(Environment::Sandbox);
    let named = opened.route.policy.as_deref();
    let (house, folder) = house(contexts::own().as_deref(), named);
    let beside = |path: &PathBuf| folder.join(path);
    let files = house.calendars.iter().map(|path| CalendarFile::at(beside(path)));
    let files = files.map(|file| Arc::new(file) as Arc<dyn Calendar>);
    let calendars = files.chain(asked(opened)).collect();
    let stop_files = house.stop_files.iter().map(beside).collect();
    let house = House { approvers: house.approvers.as_ref().map(beside), ..house };
    let switch = KillSwitch::over(Some(state.stop()), stop_files);
    let approval_stands = Duration::from_secs(for_people(APPROVAL_STANDS.as_secs(), speed));
    let leases = leases(opened, speed);
    let attester = opened.connection.attester(Arc::new(MachineClock));
    let mut ceremony = Ceremony {
        approval_stands,
        attester,
        leases,
        shipper: shipper(opened),
        veil: opened.connection.veil(),
        ..Ceremony::of(environment, &house, calendars, switch)
    };
    let lasting = &mut ceremony.incidents.lasting;
    *lasting = Duration::from_secs(for_people(lasting.as_secs(), speed));
    ceremony
}

/// The change calendars that must be open: those of the context, and one that every simulated account has.
fn asked(opened: &Opened) -> Vec<Arc<dyn Calendar>> {
    let mut calendars = opened.route.calendars.clone();
    if calendars.is_empty() && is_simulated(opened) {
        calendars.push(ChangeCalendar::built_in());
    }
    let one = |calendar| {
        let calendar = AskedCalendar::of(calendar, opened.connection.source());
        Arc::new(calendar) as Arc<dyn Calendar>
    };
    calendars.into_iter().map(one).collect()
}

fn is_simulated(opened: &Opened) -> bool {
    match opened.realm {
        RealmName::Simulated | RealmName::Served => true,
        RealmName::Live | RealmName::Files => false,
    }
}

/// Where leases on targets are kept: as the context says, and in a table that every simulated account has.
fn leases(opened: &Opened, speed: f64) -> Option<Leases> {
    let simulated = is_simulated(opened);
    let built_in = || simulated.then(LeaseTable::built_in);
    let table = opened.route.lease.clone().or_else(built_in)?;
    // Leases go by the time of their table: only the machine's clock can be held against that.
    let clock: Arc<dyn Clock> =
        if simulated { Arc::clone(&opened.clock) } else { Arc::new(MachineClock) };
    let lender = opened.connection.lender(&table, clock, !simulated);
    let span = Duration::from_secs(for_people(LEASE_STANDS.as_secs(), speed));
    Some(Leases { lender, span })
}

/// What ships the journal's checkpoints: to where the context says, and to a log group that every simulated account has which
/// is served. One in this process ends with it, and would witness nothing.
pub fn shipper(opened: &Opened) -> Option<Arc<dyn Shipper>> {
    let served = opened.realm == RealmName::Served;
    let built_in = || served.then(CheckpointStore::built_in);
    let store = opened.route.checkpoints.clone().or_else(built_in)?;
    let (retention, clock) = (opened.route.retention, Arc::clone(&opened.clock));
    Some(opened.connection.shipper(&store, retention, clock))
}

/// The rules of the house, and the folder that its paths are relative to. Whatever is wrong with the file shuts the house.
fn house(contexts: Option<&Path>, named: Option<&str>) -> (House, PathBuf) {
    let Some(folder) = contexts.and_then(Path::parent) else {
        return (House::bare(), PathBuf::new());
    };
    let path = folder.join(named.unwrap_or("policy.toml"));
    let shown = path.display();
    let text = match std::fs::metadata(&path).map(|about| about.len() > LARGEST) {
        Ok(true) => Err(io::Error::other(format!("it is larger than {LARGEST} bytes"))),
        Ok(false) => std::fs::read_to_string(&path),
        Err(error) => Err(error),
    };
    let house = match text {
        Ok(text) => House::read(&text, &Cel)
            .unwrap_or_else(|error| House::shut(format!("{shown}: {error}"))),
        // Most places have none; one that is named must be there.
        Err(error) if error.kind() == io::ErrorKind::NotFound && named.is_none() => House::bare(),
        Err(error) => House::shut(format!("{shown}: {error}")),
    };
    (house, path.parent().unwrap_or(folder).to_owned())
}

#[cfg(test)]
mod tests {
    use watchdeck_guard::Policy;

    use super::*;

    #[test]
    fn a_policy_lies_beside_the_contexts_or_where_one_of_them_says() {
        let folder = tempfile::tempdir().unwrap();
        let contexts = folder.path().join("contexts.toml");
        let read = |named| house(Some(&contexts), named);
        assert_eq!(read(None).0, House::bare());
        let shut = |house: &House| matches!(house.policy, Policy::Unreadable(_));
        assert!(shut(&read(Some("shop/policy.toml")).0), "one that is named must be there");
        std::fs::create_dir(folder.path().join("shop")).unwrap();
        let text = "schema = \"policy/1\"\ncalendars = [\"freeze.ics\"]\n";
        std::fs::write(folder.path().join("shop/policy.toml"), text).unwrap();
        let (house, beside) = read(Some("shop/policy.toml"));
        assert!(matches!(house.policy, Policy::Given(_)));
        assert_eq!(beside.join(&house.calendars[0]), folder.path().join("shop/freeze.ics"));
        std::fs::write(folder.path().join("policy.toml"), "schema = 1").unwrap();
        assert!(shut(&read(None).0));
    }

    #[test]
    fn a_condition_is_written_in_cel() {
        let text = "schema = \"policy/1\"\n[[permit]]\nid = \"by day\"\nwhen = \"utc.hour >= 8 && utc.weekday <= 5\"\n";
        assert!(House::read(text, &Cel).is_ok());
        assert!(House::read(&text.replace(">=", "=>"), &Cel).is_err());
    }
}
