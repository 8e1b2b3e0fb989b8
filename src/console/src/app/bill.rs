//! What a query scans, and what AWS bills for it.

/// What AWS bills for a gigabyte, in the cheapest regions, in thousandths of a dollar.
const MILLS_A_GB: u64 = 5;

/// `1.2 MB`
pub fn amount(bytes: u64) -> String {
    if bytes < 1_000 {
        return format!("{bytes} B");
    }
    let mut tenths = bytes / 100;
    for unit in ["kB", "MB", "GB"] {
        if tenths < 10_000 {
            return format!("{}.{} {unit}", tenths / 10, tenths % 10);
        }
        tenths /= 1_000;
    }
    format!("{}.{} TB", tenths / 10, tenths % 10)
}

/// What AWS would bill, to a hundredth of a cent.
pub fn price(bytes: u64) -> String {
    let parts = bytes.saturating_mul(MILLS_A_GB) / 100_000_000;
    if parts == 0 {
        return "less than $0.0001".to_owned();
    }
    let (dollars, rest) = (parts / 10_000, parts % 10_000);
    format!("${dollars}.{rest:04} at $0.005 a GB")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_have_the_unit_that_fits() {
        let check = |bytes, wanted: &str| assert_eq!(amount(bytes), wanted);
        check(0, "0 B");
        check(999, "999 B");
        check(1_250, "1.2 kB");
        check(999_999, "999.9 kB");
        check(45_000_000, "45.0 MB");
        check(7_200_000_000_000, "7.2 TB");
    }

    #[test]
    fn a_gigabyte_costs_half_a_cent() {
        assert_eq!(price(1_000_000_000), "$0.0050 at $0.005 a GB");
        assert_eq!(price(2_500_000_000_000), "$12.5000 at $0.005 a GB");
        assert_eq!(price(1_000), "less than $0.0001");
    }
}
