//! `watchdeck open`: files and pipes on the screen of the logs, without an account.

use std::io::{IsTerminal as _, stdin};
use std::path::PathBuf;

use super::arguments::{FileArguments, LookArguments, OpenArguments, PlaceArguments};
use super::failure::{Failure, FailureKind};
use crate::runtime::files::{self, Opening, named};
use crate::runtime::keys::Keys;
use crate::runtime::state::StateFolder;
use crate::runtime::{looks, settings, terminal};

/// What to do where there is no screen.
const INSTEAD: &str = "without a terminal `watchdeck query --file FILE QUERY` reads files, and `watchdeck tail` prints the lines of log groups";

/// Opens the console on the files that were named.
pub(super) fn open(
    asked: &OpenArguments,
    files: &FileArguments,
    look: &LookArguments,
) -> Result<(), Failure> {
    terminal::check_beside(INSTEAD)?;
    let settings = settings::load(files, &PlaceArguments::default()).sound()?;
    let piped = !stdin().is_terminal();
    let named = match asked.files.as_slice() {
        [] if piped => vec![PathBuf::from("-")],
        [] => {
            let hint =
                "watchdeck open app.log; or pipe into it: kubectl logs -f POD | watchdeck open -";
            return Err(Failure::new(FailureKind::Usage, "no file was named", hint));
        }
        named => named.to_vec(),
    };
    if !piped && named.iter().any(|path| path.as_os_str() == "-") {
        let hint = "pipe something into it: kubectl logs -f POD | watchdeck open -";
        return Err(Failure::new(
            FailureKind::Usage,
            "standard input is the terminal itself",
            hint,
        ));
    }
    let (found, problems) = named::look(&named);
    if found.is_empty() {
        return Err(Failure::all(&problems));
    }
    let state = StateFolder::choose(files.state_dir.as_deref())?;
    let keys = Keys::load(settings::keymap(&settings))?;
    let looks = looks::load(&looks::flags(look), &settings::looks(&settings))?;
    let live = found.iter().any(|named| named.kind.is_pipe());
    let opening = Opening {
        files: found,
        problems,
        follow: asked.follow,
        newest: asked.newest || asked.follow || live,
        store_bytes: settings.store_bytes(),
    };
    super::tasks()?.block_on(Box::pin(files::start(opening, &state, keys, looks)))
}
