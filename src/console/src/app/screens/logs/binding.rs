//! Bookmarks of lines that are not held: those of earlier sessions, or of groups that are watched again. A line's number is
//! another each time it is fetched, so that it is found by its time and what it says when it arrives.

use watchdeck_domain::Timestamp;
use watchdeck_signal::News;
use watchdeck_signal::store::{LineId, View};

use super::Logs;
use super::bookmarks::{Bookmark, MOST, kept};

/// Numbers from here on are of no line: a store never gives so many.
const UNBOUND: u64 = u64::MAX - MOST as u64;

impl Logs {
    /// Takes in bookmarks of earlier sessions. What was marked since is newer.
    pub fn recall_bookmarks(&mut self, marks: Vec<Bookmark>) {
        for mark in marks {
            let known = self.bookmarks.iter().any(|known| known.is_of_the_line_of(&mark));
            if !known && self.bookmarks.len() < MOST {
                let id = LineId { number: UNBOUND, ..mark.id };
                self.bookmarks.push(Bookmark { id, ..mark });
            }
        }
        self.tidy();
        let times: Vec<Timestamp> = self.unbound().map(Bookmark::at).collect();
        self.bind(&times);
    }

    /// No line is held any more.
    pub(super) fn loosen_bookmarks(&mut self) {
        for mark in &mut self.bookmarks {
            mark.id.number = UNBOUND;
        }
        self.tidy();
    }

    /// Takes lines into the store, and finds those that are bookmarked among them.
    pub(super) fn admit(&mut self, news: News) {
        let sought = self.sought(&news);
        self.store.apply(news);
        self.bind(&sought);
    }

    /// The times at which lines arrive that may be bookmarked.
    fn sought(&self, news: &News) -> Vec<Timestamp> {
        let mut times: Vec<Timestamp> = self.unbound().map(Bookmark::at).collect();
        if times.is_empty() {
            return times;
        }
        times.sort_unstable();
        let arriving = news.lines.iter().map(|line| line.event.timestamp);
        let mut found: Vec<Timestamp> =
            arriving.filter(|at| times.binary_search(at).is_ok()).collect();
        found.dedup();
        found
    }

    /// Finds bookmarked lines among those of these times.
    fn bind(&mut self, times: &[Timestamp]) {
        let all = View::default();
        let mut bound = false;
        for at in times {
            let rows = all.rows(&self.store);
            let from = rows.position(LineId::before(*at));
            let lines = rows.iter_from(from).filter_map(|row| row.line());
            for line in lines.take_while(|line| line.timestamp() == *at) {
                let seen = kept(&line, "");
                let mark = self.bookmarks.iter_mut().find(|mark| mark.is_of_the_line_of(&seen));
                if let Some(mark) = mark.filter(|mark| mark.id.number >= UNBOUND) {
                    mark.id = line.id;
                    bound = true;
                }
            }
        }
        if bound {
            self.tidy();
        }
    }

    fn unbound(&self) -> impl Iterator<Item = &Bookmark> {
        self.bookmarks.iter().filter(|mark| mark.id.number >= UNBOUND)
    }

    /// Gives each bookmark without a line a number of its own, and puts all in the order of their lines.
    fn tidy(&mut self) {
        let loose = self.bookmarks.iter_mut().filter(|mark| mark.id.number >= UNBOUND);
        for (mark, nth) in loose.zip(0..) {
            mark.id.number = UNBOUND + nth;
        }
        self.bookmarks.sort_by_key(|mark| mark.id);
    }
}
