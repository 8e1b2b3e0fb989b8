//! The regions of AWS, as data: what can be chosen without asking the network.

/// Every region of the partitions `aws`, `aws-cn` and `aws-us-gov`, with where it is. A region that is younger than this list can be
/// typed all the same.
pub const REGIONS: &[(&str, &str)] = &[
    ("af-south-1", "Cape Town"),
    ("ap-east-1", "Hong Kong"),
    ("ap-east-2", "Taipei"),
    ("ap-northeast-1", "Tokyo"),
    ("ap-northeast-2", "Seoul"),
    ("ap-northeast-3", "Osaka"),
    ("ap-south-1", "Mumbai"),
    ("ap-south-2", "Hyderabad"),
    ("ap-southeast-1", "Singapore"),
    ("ap-southeast-2", "Sydney"),
    ("ap-southeast-3", "Jakarta"),
    ("ap-southeast-4", "Melbourne"),
    ("ap-southeast-5", "Malaysia"),
    ("ap-southeast-6", "New Zealand"),
    ("ap-southeast-7", "Thailand"),
    ("ca-central-1", "Canada Central"),
    ("ca-west-1", "Calgary"),
    ("cn-north-1", "Beijing"),
    ("cn-northwest-1", "Ningxia"),
    ("eu-central-1", "Frankfurt"),
    ("eu-central-2", "Zurich"),
    ("eu-north-1", "Stockholm"),
    ("eu-south-1", "Milan"),
    ("eu-south-2", "Spain"),
    ("eu-west-1", "Ireland"),
    ("eu-west-2", "London"),
    ("eu-west-3", "Paris"),
    ("il-central-1", "Tel Aviv"),
    ("me-central-1", "United Arab Emirates"),
    ("me-south-1", "Bahrain"),
    ("mx-central-1", "Mexico Central"),
    ("sa-east-1", "São Paulo"),
    ("us-east-1", "North Virginia"),
    ("us-east-2", "Ohio"),
    ("us-gov-east-1", "GovCloud East"),
    ("us-gov-west-1", "GovCloud West"),
    ("us-west-1", "Northern California"),
    ("us-west-2", "Oregon"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_region_of_the_list_is_one_and_stands_once() {
        assert!(REGIONS.is_sorted_by_key(|(name, _)| *name));
        for (name, _) in REGIONS {
            assert!(watchdeck_domain::Region::parse(*name).is_ok(), "{name}");
        }
    }
}
