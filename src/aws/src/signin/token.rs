//! The file of a token: where the AWS CLI and the SDK look for it, in their form, for the eyes of its owner only.

use std::fs::{self, DirBuilder, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use serde::Serialize;
use sha1::{Digest as _, Sha1};
use watchdeck_domain::{Secret, Timestamp};

/// A token, and what gets a new one.
pub(super) struct Token<'a> {
    /// What it is called: the session, or the address of the portal.
    pub(super) name: &'a str,
    pub(super) start_url: &'a str,
    pub(super) region: &'a str,
    pub(super) access: &'a Secret,
    pub(super) ends: Timestamp,
    pub(super) refresh: Option<&'a Secret>,
    pub(super) client_id: &'a str,
    pub(super) client_secret: &'a Secret,
    pub(super) registration_ends: Timestamp,
}

/// The members, as the AWS CLI calls them.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Written<'a> {
    start_url: &'a str,
    region: &'a str,
    access_token: &'a str,
    expires_at: String,
    client_id: &'a str,
    client_secret: &'a str,
    registration_expires_at: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_token: Option<&'a str>,
}

impl Token<'_> {
    /// Writes it into a folder, in place of the one that is there. Whoever reads meanwhile finds the old one or the new one,
    /// and nothing in between.
    pub(super) fn write(&self, folder: &Path) -> Result<(), (PathBuf, io::Error)> {
        let file = folder.join(file_name(self.name));
        let text = self.text().map_err(|error| (file.clone(), error))?;
        replace(&file, &text).map_err(|error| (file, error))
    }

    fn text(&self) -> io::Result<Secret> {
        let text = self.access.reveal_to(|access_token| {
            self.client_secret.reveal_to(|client_secret| {
                let with = |refresh_token: Option<&str>| {
                    serde_json::to_string(&Written {
                        start_url: self.start_url,
                        region: self.region,
                        access_token,
                        expires_at: instant(self.ends),
                        client_id: self.client_id,
                        client_secret,
                        registration_expires_at: instant(self.registration_ends),
                        refresh_token,
                    })
                };
                match self.refresh {
                    Some(refresh) => refresh.reveal_to(|refresh| with(Some(refresh))),
                    None => with(None),
                }
            })
        });
        Ok(Secret::new(text?))
    }
}

/// The name of the file: the SHA-1 of what the token is called.
fn file_name(name: &str) -> String {
    format!("{:x}.json", Sha1::digest(name.as_bytes()))
}

/// `2026-11-22T03:00:00Z`: the AWS CLI reads no parts of a second.
fn instant(at: Timestamp) -> String {
    let text = at.to_string();
    text.split_once('.').map_or(text.clone(), |(whole, _)| format!("{whole}Z"))
}

fn replace(file: &Path, text: &Secret) -> io::Result<()> {
    if let Some(folder) = file.parent() {
        DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    }
    let fresh = file.with_extension(format!("json.{}", std::process::id()));
    // What a process of this number left behind when it died is nobody's.
    match fs::remove_file(&fresh) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        Ok(()) | Err(_) => {}
    }
    let written = write(&fresh, text).and_then(|()| fs::rename(&fresh, file));
    if written.is_err() {
        drop(fs::remove_file(&fresh));
    }
    written
}

fn write(file: &Path, text: &Secret) -> io::Result<()> {
    let mut open = OpenOptions::new().write(true).create_new(true).mode(0o600).open(file)?;
    text.reveal_to(|text| open.write_all(text.as_bytes()))?;
    open.sync_all()
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn a_token_is_kept_under_the_name_that_the_aws_cli_gives_it_and_for_its_owner_alone() {
        let home = tempfile::tempdir().unwrap();
        let folder = home.path().join(".aws/sso/cache");
        let secret = |text: &str| Secret::new(text.to_owned());
        let (access, client_secret, refresh) = (secret("t"), secret("s"), secret("r"));
        let mut token = Token {
            name: "corp",
            start_url: "https://corp.awsapps.com/start",
            region: "eu-central-1",
            access: &access,
            ends: Timestamp::parse("2026-11-22T03:04:05.678Z").unwrap(),
            refresh: Some(&refresh),
            client_id: "c",
            client_secret: &client_secret,
            registration_ends: Timestamp::parse("2027-02-20T03:04:05Z").unwrap(),
        };
        token.write(&folder).unwrap();
        // The SHA-1 of `corp`.
        let file = folder.join("ee0bfd2552fbd840c02cc48b6e823320543c450f.json");
        let text = fs::read_to_string(&file).unwrap();
        assert_eq!(
            text,
            r#"{"startUrl":"https://corp.awsapps.com/start","region":"eu-central-1","accessToken":"t","expiresAt":"2026-11-22T03:04:05Z","clientId":"c","clientSecret":"s","registrationExpiresAt":"2027-02-20T03:04:05Z","refreshToken":"r"}"#
        );
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&file), mode(&folder)), (0o600, 0o700));
        assert_eq!(mode(&home.path().join(".aws")), 0o700);
        // One that stood there, readable by all, is replaced and not written into.
        fs::set_permissions(&file, fs::Permissions::from_mode(0o644)).unwrap();
        token.refresh = None;
        token.write(&folder).unwrap();
        assert_eq!(mode(&file), 0o600);
        assert!(!fs::read_to_string(&file).unwrap().contains("refreshToken"));
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 1, "nothing is left behind");
    }

    #[test]
    fn a_token_that_cannot_be_written_says_where() {
        let home = tempfile::tempdir().unwrap();
        let file = home.path().join("file");
        fs::write(&file, "").unwrap();
        let secret = Secret::new("s".into());
        let token = Token {
            name: "corp",
            start_url: "",
            region: "",
            access: &secret,
            ends: Timestamp::default(),
            refresh: None,
            client_id: "",
            client_secret: &secret,
            registration_ends: Timestamp::default(),
        };
        let (path, _) = token.write(&file.join("cache")).unwrap_err();
        assert!(path.starts_with(&file));
    }
}
