//! Names of what leads traffic: zones of DNS and the names in them, health checks, zones of availability.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{IdError, check_plain};

id!(
    /// The id of a hosted zone of Route 53, without its prefix: `Z04SHOPEXAMPLE1`.
    HostedZoneId, "the id of a hosted zone",
    |t| check_plain(t, 32, b"")
);

id!(
    /// A name of DNS, such as `api.shop.example`, with or without the dot at its end.
    DnsName, "a name of DNS",
    |t| {
        check_plain(t, 255, b".-_*\\")?;
        let labels = t.strip_suffix('.').unwrap_or(t).split('.');
        if labels.into_iter().any(|label| label.is_empty() || label.len() > 63) {
            Err("its parts have 1 to 63 characters")
        } else {
            Ok(())
        }
    }
);

id!(
    /// The id of a health check of Route 53, a UUID.
    HealthCheckId, "the id of a health check",
    |t| check_plain(t, 64, b"-")
);

id!(
    /// The id of a zone of availability, such as `euc1-az2`: the same zone in every account, unlike `eu-central-1a`.
    AvailabilityZoneId, "the id of an availability zone",
    |t| {
        let (region, zone) = t.rsplit_once("-az").ok_or("it must look like `euc1-az2`")?;
        if zone.is_empty() || !zone.bytes().all(|b| b.is_ascii_digit()) {
            return Err("it must look like `euc1-az2`");
        }
        check_plain(region, 16, b"-")
    }
);

impl DnsName {
    /// The name as Route 53 keeps it: in small letters, with the dot at its end, a star as `\052`.
    pub fn absolute(&self) -> String {
        let name = self.as_str().trim_end_matches('.').to_ascii_lowercase();
        format!("{}.", name.replace('*', "\\052"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_absolute_in_one_way() {
        for (name, wanted) in [
            ("Pay.Shop.Example", "pay.shop.example."),
            ("pay.shop.example.", "pay.shop.example."),
            ("*.shop.example", "\\052.shop.example."),
        ] {
            assert_eq!(DnsName::parse(name).unwrap().absolute(), wanted);
        }
        for odd in ["", ".", "a..b", "a b", "shop/example"] {
            assert!(DnsName::parse(odd).is_err(), "{odd}");
        }
    }

    #[test]
    fn an_availability_zone_goes_by_its_id_and_not_by_its_name() {
        assert!(AvailabilityZoneId::parse("euc1-az2").is_ok());
        assert!(AvailabilityZoneId::parse("usw2-lax1-az1").is_ok());
        for odd in ["eu-central-1a", "euc1-az", "euc1-azx", "-"] {
            assert!(AvailabilityZoneId::parse(odd).is_err(), "{odd}");
        }
    }
}
