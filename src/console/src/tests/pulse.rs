//! Seconds that show nowhere: the same pulse means the same screen.

use super::console::Console;
use crate::ui::pulse;

#[test]
fn while_the_pulse_is_the_same_a_second_changes_nothing_on_the_screen() {
    let mut held = 0;
    for keys in
        ["1", "4", "6", "6 j j j enter", "8", "9", "!", "2", "3", "5", "7", "0", "6 T T", "6 ?"]
    {
        let mut console = Console::new().press("esc");
        drop(console.model.watch(Vec::new()));
        let mut console = console.press(keys).wait(12);
        for _ in 0..130 {
            let (before, drawn) = (pulse(&console.model), console.buffer());
            let heard = console.heard();
            console = console.wait(1);
            if before.is_some() && before == pulse(&console.model) && console.heard() == heard + 1 {
                held += 1;
                assert_eq!(console.buffer(), drawn, "{keys}");
            }
        }
    }
    assert!(held > 500, "{held} seconds rested");
}
