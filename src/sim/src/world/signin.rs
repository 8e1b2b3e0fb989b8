//! Who signs in: clients that registered, devices that wait for a person to approve their code, and tokens.

use std::collections::BTreeMap;

use super::ids::{hex, letters, mix};

/// How long a code may be approved, in seconds.
pub const CODE_S: i64 = 600;
/// How long a token is good for, in seconds.
pub const TOKEN_S: i64 = 8 * 3_600;
/// How long a registration is good for, in seconds.
pub const REGISTRATION_S: i64 = 90 * 86_400;
/// How many seconds a client waits between two questions.
pub const INTERVAL_S: i64 = 1;

/// What a person said to a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It may sign in.
    Approved,
    /// It may not.
    Denied,
}

/// A device that waits for its code to be approved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Device {
    /// What the client shows to the person.
    pub user_code: String,
    /// The client.
    pub client: String,
    /// Until when the code may be approved, in virtual milliseconds.
    pub ends_ms: i64,
    /// What the person said.
    pub verdict: Option<Verdict>,
}

/// A token that was given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Given {
    /// What calls carry.
    pub access: String,
    /// What gets a new one.
    pub refresh: String,
}

/// All of it.
#[derive(Debug)]
pub struct SignIns {
    seed: u64,
    drawn: u64,
    /// The secret of each client.
    clients: BTreeMap<String, String>,
    devices: BTreeMap<String, Device>,
    /// When each token ends.
    tokens: BTreeMap<String, i64>,
    /// The client of each refresh token.
    refresh: BTreeMap<String, String>,
    /// Where codes are approved: the page of a server, once there is one.
    page: String,
}

impl SignIns {
    pub(crate) fn new(seed: u64) -> Self {
        Self {
            seed,
            drawn: 0,
            clients: BTreeMap::new(),
            devices: BTreeMap::new(),
            tokens: BTreeMap::new(),
            refresh: BTreeMap::new(),
            page: "https://shop.awsapps.com/start/#/device".to_owned(),
        }
    }

    fn draw(&mut self) -> u64 {
        self.drawn += 1;
        mix(self.seed, 0x0DE7_1CE0 + self.drawn)
    }

    /// Where codes are approved.
    pub fn page(&self) -> &str {
        &self.page
    }

    pub(crate) fn serve_page(&mut self, url: String) {
        self.page = url;
    }

    /// Registers a client: its id and its secret.
    pub(crate) fn register(&mut self) -> (String, String) {
        let key = self.draw();
        let (id, secret) = (letters(mix(key, 1), 22), hex(mix(key, 2), 64));
        self.clients.insert(id.clone(), secret.clone());
        (id, secret)
    }

    /// Whether this is a client with its secret.
    pub(crate) fn knows(&self, client: &str, secret: &str) -> bool {
        self.clients.get(client).is_some_and(|known| known == secret)
    }

    /// Gives a client a code to show: the device's code, and the device.
    pub(crate) fn authorize(&mut self, client: &str, now_ms: i64) -> (String, Device) {
        let key = self.draw();
        let user_code = format!("{}-{}", letters(mix(key, 1), 4), letters(mix(key, 2), 4));
        let ends_ms = now_ms + CODE_S * 1_000;
        let device = Device { user_code, client: client.to_owned(), ends_ms, verdict: None };
        let code = hex(mix(key, 3), 64);
        self.devices.insert(code.clone(), device.clone());
        (code, device)
    }

    /// The device of a code.
    pub(crate) fn device(&self, code: &str) -> Option<&Device> {
        self.devices.get(code)
    }

    /// Gives a token for an approved device, which is forgotten.
    pub(crate) fn redeem(&mut self, code: &str, now_ms: i64) -> Option<Given> {
        let device = self.devices.remove(code)?;
        Some(self.give(&device.client, now_ms))
    }

    /// Gives a new token for a refresh token, which is used up.
    pub(crate) fn renew(&mut self, refresh: &str, client: &str, now_ms: i64) -> Option<Given> {
        let known = self.refresh.get(refresh).is_some_and(|owner| owner == client);
        known.then(|| self.refresh.remove(refresh))?;
        Some(self.give(client, now_ms))
    }

    fn give(&mut self, client: &str, now_ms: i64) -> Given {
        let key = self.draw();
        let access = format!("aoaSIM{}", hex(mix(key, 1), 160));
        let refresh = format!("aorSIM{}", hex(mix(key, 2), 160));
        self.tokens.insert(access.clone(), now_ms + TOKEN_S * 1_000);
        self.refresh.insert(refresh.clone(), client.to_owned());
        Given { access, refresh }
    }

    /// Whether a token is good now.
    pub(crate) fn is_good(&self, token: &str, now_ms: i64) -> bool {
        self.tokens.get(token).is_some_and(|ends| *ends > now_ms)
    }

    /// Ends every token.
    pub(crate) fn end_all(&mut self) {
        self.tokens.clear();
        self.refresh.clear();
    }

    /// The codes that wait for a person, in the order of their devices.
    pub fn waiting(&self, now_ms: i64) -> Vec<String> {
        let waits = |device: &&Device| device.verdict.is_none() && device.ends_ms > now_ms;
        self.devices.values().filter(waits).map(|device| device.user_code.clone()).collect()
    }

    /// A person approves or denies a code. False when none such waits.
    pub fn judge(&mut self, user_code: &str, verdict: Verdict, now_ms: i64) -> bool {
        let waits = |device: &&mut Device| {
            device.user_code == user_code && device.verdict.is_none() && device.ends_ms > now_ms
        };
        match self.devices.values_mut().find(waits) {
            Some(device) => {
                device.verdict = Some(verdict);
                true
            }
            None => false,
        }
    }
}
