//! Services of ECS: what they run, how a rollout stands, and whether what was run before can be run again.

use serde::{Deserialize, Serialize};

use crate::{ClusterName, ServiceName, TaskDefinitionName, Timestamp};

/// A service.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Service {
    /// Its name.
    pub name: ServiceName,
    /// The cluster that it is in.
    pub cluster: ClusterName,
    /// Its ARN.
    pub arn: String,
    /// `ACTIVE`, `DRAINING`, `INACTIVE`.
    pub status: String,
    /// What it is to run.
    pub definition: TaskDefinitionName,
    /// The revision of that alone.
    pub revision: u32,
    /// Who rolls it: `ECS`, `CODE_DEPLOY`, `EXTERNAL`.
    pub controller: String,
    /// Whether ECS gives a rollout up whose tasks do not start.
    pub breaker: bool,
    /// Whether it then goes back by itself.
    pub reverts: bool,
    /// How many tasks are wanted.
    pub desired: u32,
    /// How many run.
    pub running: u32,
    /// How many are starting.
    pub pending: u32,
    /// The id of the newest rollout: another one means that somebody has rolled it since.
    pub rollout: String,
    /// Its rollouts that have tasks or are under way, the newest first.
    pub rollouts: Vec<Rollout>,
    /// What it says last of itself.
    pub said: String,
}

/// One rollout of a service: AWS calls it a deployment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rollout {
    /// Its id.
    pub id: String,
    /// What it runs.
    pub definition: TaskDefinitionName,
    /// `PRIMARY` for the newest, `ACTIVE` for one that is being replaced.
    pub status: String,
    /// `IN_PROGRESS`, `COMPLETED`, `FAILED`. Empty where ECS does not tell.
    pub state: String,
    /// Why, in the words of ECS.
    pub reason: String,
    /// Tasks that run.
    pub running: u32,
    /// Tasks that did not start, one after the other.
    pub failed: u32,
    /// When it began.
    pub began: Option<Timestamp>,
}

/// A task definition: what a task runs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaskDefinition {
    /// Its name.
    pub name: TaskDefinitionName,
    /// Its family alone.
    pub family: String,
    /// Its revision alone.
    pub revision: u32,
    /// `ACTIVE`, `INACTIVE`, `DELETE_IN_PROGRESS`.
    pub status: String,
    /// The role that its code acts as; empty for none.
    pub role: String,
    /// When it was registered.
    pub registered: Option<Timestamp>,
    /// Its containers' images.
    pub images: Vec<Image>,
}

/// The image of a container.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Image {
    /// The container.
    pub container: String,
    /// The image as the task definition names it.
    pub image: String,
    /// Whether it is still there; nothing where it is in no repository of ours that can be read.
    pub there: Option<bool>,
    /// Why that cannot be told; empty where it can.
    pub why: String,
}

impl Service {
    /// The newest rollout.
    pub fn newest(&self) -> Option<&Rollout> {
        self.rollouts.iter().find(|rollout| rollout.status == "PRIMARY")
    }

    /// Whether all that is wanted runs, and nothing else does. Where ECS tells no state, its counts must do.
    pub fn is_at_rest(&self) -> bool {
        let done =
            self.newest().is_some_and(|newest| ["COMPLETED", ""].contains(&newest.state.as_str()));
        done && self.rollouts.len() == 1 && self.running == self.desired && self.pending == 0
    }

    /// The rollout of a task definition that ECS has given up.
    pub fn given_up(&self, definition: &TaskDefinitionName) -> Option<&Rollout> {
        let of =
            |rollout: &&Rollout| rollout.definition == *definition && rollout.state == "FAILED";
        self.rollouts.iter().find(of)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rollout(revision: u32, status: &str, state: &str) -> Rollout {
        Rollout {
            id: format!("ecs-svc/{revision}"),
            definition: TaskDefinitionName::parse(format!("shop-web:{revision}")).unwrap(),
            status: status.into(),
            state: state.into(),
            reason: String::new(),
            running: 3,
            failed: 0,
            began: None,
        }
    }

    fn service(rollouts: Vec<Rollout>) -> Service {
        Service {
            name: ServiceName::parse("shop-web").unwrap(),
            cluster: ClusterName::parse("shop").unwrap(),
            arn: String::new(),
            status: "ACTIVE".into(),
            definition: TaskDefinitionName::parse("shop-web:117").unwrap(),
            revision: 117,
            controller: "ECS".into(),
            breaker: true,
            reverts: true,
            desired: 3,
            running: 3,
            pending: 0,
            rollout: String::new(),
            rollouts,
            said: String::new(),
        }
    }

    #[test]
    fn a_service_rests_when_one_rollout_is_complete_and_alone() {
        assert!(service(vec![rollout(117, "PRIMARY", "COMPLETED")]).is_at_rest());
        assert!(service(vec![rollout(117, "PRIMARY", "")]).is_at_rest());
        assert!(!service(vec![rollout(117, "PRIMARY", "IN_PROGRESS")]).is_at_rest());
        let both = vec![rollout(117, "PRIMARY", "COMPLETED"), rollout(118, "ACTIVE", "COMPLETED")];
        assert!(!service(both).is_at_rest());
        let short = Service { running: 2, ..service(vec![rollout(117, "PRIMARY", "COMPLETED")]) };
        assert!(!short.is_at_rest());
    }

    #[test]
    fn a_rollout_that_was_given_up_is_known_by_what_it_ran() {
        let reverted =
            service(vec![rollout(118, "PRIMARY", "IN_PROGRESS"), rollout(117, "ACTIVE", "FAILED")]);
        let of = |revision: u32| TaskDefinitionName::parse(format!("shop-web:{revision}")).unwrap();
        assert_eq!(reverted.given_up(&of(117)).unwrap().id, "ecs-svc/117");
        assert!(reverted.given_up(&of(118)).is_none());
    }
}
