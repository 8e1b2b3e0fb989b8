//! Which gates are asked of which risk, and where: one table, as data.

use watchdeck_domain::Environment;

use super::{Demand, Gate};
use crate::draft::Risk;

const N: Demand = Demand::Nothing;
const A: Demand = Demand::Advice;
const P: Demand = Demand::Passage;

/// A gate; what is asked of it at R0 to R4; and whether a place that is not production asks the same.
///
/// What the road itself asks of every change is asked everywhere alike: a rehearsal that was not asked who it is, or was not
/// stopped by the kill switch, would rehearse something else.
type Line = (Gate, [Demand; 5], bool);

const TABLE: [Line; 15] = [
    (Gate::Armed, [N, P, P, P, P], true),
    (Gate::Identity, [N, P, P, P, P], true),
    (Gate::Policy, [N, P, P, P, P], true),
    (Gate::Preflight, [N, N, A, P, P], false),
    (Gate::Checks, [N, P, P, P, P], true),
    (Gate::Preview, [N, P, P, P, P], true),
    (Gate::Radius, [N, P, P, P, P], true),
    (Gate::Calendar, [N, N, A, P, P], false),
    (Gate::Reason, [N, N, P, P, P], false),
    (Gate::Phrase, [N, P, P, P, P], true),
    (Gate::SecondPerson, [N, N, N, P, P], false),
    (Gate::Switch, [N, P, P, P, P], true),
    (Gate::Lease, [N, N, A, P, P], false),
    (Gate::Verification, [N, N, P, P, P], false),
    (Gate::Journal, [P, P, P, P, P], true),
];

/// The risk by which a place judges: one lower where it is not production. What cannot be undone is that everywhere.
pub fn level(risk: Risk, environment: Environment) -> Risk {
    match (environment, risk) {
        (Environment::Production, _) | (_, Risk::R4) => risk,
        (_, Risk::R0 | Risk::R1) => Risk::R0,
        (_, Risk::R2) => Risk::R1,
        (_, Risk::R3) => Risk::R2,
    }
}

/// How much is asked of a gate.
pub fn demand(gate: Gate, risk: Risk, environment: Environment) -> Demand {
    let Some((_, demands, alike)) = TABLE.iter().find(|(known, ..)| *known == gate) else {
        return Demand::Passage;
    };
    let risk = if *alike { risk } else { level(risk, environment) };
    let [r0, r1, r2, r3, r4] = *demands;
    match risk {
        Risk::R0 => r0,
        Risk::R1 => r1,
        Risk::R2 => r2,
        Risk::R3 => r3,
        Risk::R4 => r4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The model: written as sentences, gate by gate, over numbers.
    fn model(gate: usize, risk: u8, production: bool) -> Demand {
        let lowered = match (production, risk) {
            (true, risk) | (false, risk @ 4) => risk,
            (false, risk) => risk.saturating_sub(1),
        };
        match gate {
            // Armed, identity, policy, checks, calls, radius, phrase, kill switch: whatever changes something.
            1 | 2 | 3 | 5 | 6 | 7 | 10 | 12 => {
                if risk >= 1 {
                    P
                } else {
                    N
                }
            }
            // A trial, a calendar and a lock are advice at R2 and a must from R3 on.
            4 | 8 | 13 => match lowered {
                0 | 1 => N,
                2 => A,
                _ => P,
            },
            // A reason and a verification from R2 on.
            9 | 14 => {
                if lowered >= 2 {
                    P
                } else {
                    N
                }
            }
            // A second person: at R3 in production, at R4 everywhere.
            11 => {
                if risk == 4 || (risk == 3 && production) {
                    P
                } else {
                    N
                }
            }
            // The journal, always.
            15 => P,
            _ => unreachable!("there are fifteen gates"),
        }
    }

    /// GD07 is in it: an environment that nobody named is production.
    #[test]
    fn gd07_the_table_equals_the_model_in_every_cell() {
        assert_eq!(Environment::default(), Environment::Production);
        let risks = [Risk::R0, Risk::R1, Risk::R2, Risk::R3, Risk::R4];
        let mut cells = 0;
        for (number, gate) in (1..).zip(Gate::ALL) {
            for (at, risk) in (0..).zip(risks) {
                for environment in Environment::ALL {
                    let wanted = model(number, at, environment == Environment::Production);
                    assert_eq!(
                        demand(gate, risk, environment),
                        wanted,
                        "{gate} {risk} {environment}"
                    );
                    cells += 1;
                }
            }
        }
        assert_eq!(cells, 15 * 5 * 4);
    }

    #[test]
    fn no_place_asks_more_than_production_and_no_higher_risk_asks_less() {
        let risks = [Risk::R0, Risk::R1, Risk::R2, Risk::R3, Risk::R4];
        for gate in Gate::ALL {
            for environment in Environment::ALL {
                for pair in risks.windows(2) {
                    assert!(
                        demand(gate, pair[0], environment) <= demand(gate, pair[1], environment)
                    );
                }
                for risk in risks {
                    let here = demand(gate, risk, environment);
                    assert!(here <= demand(gate, risk, Environment::Production), "{gate} {risk}");
                }
            }
        }
    }
}
