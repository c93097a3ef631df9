//! AWS's list prices in eu-west-1, in dollars, as noted in November 2026. The pages fill in their figures by script, so that
//! nothing here can fetch them: hold them against the AWS Pricing Calculator before you rely on them.

use super::MILLION;

/// REST API, a million requests, by the number in a month (<https://aws.amazon.com/api-gateway/pricing/>).
const API_GATEWAY: [(f64, f64); 4] = [
    (333e6, 3.50),
    (667e6, 2.80),
    (19e9, 2.38),
    (f64::INFINITY, 1.51),
];

/// A million requests (<https://aws.amazon.com/lambda/pricing/>).
pub(super) const LAMBDA_MILLION: f64 = 0.20;
/// A GB-second on arm64, the first 7.5 billion.
pub(super) const LAMBDA_GB_SECOND: f64 = 0.000_013_333_4;

/// On demand, a million request units (<https://aws.amazon.com/dynamodb/pricing/on-demand/>).
pub(super) const READ_MILLION: f64 = 0.1413;
pub(super) const WRITE_MILLION: f64 = 0.7065;
/// Stored, a GB and month; and the continuous backups of it.
pub(super) const STORAGE_GB: f64 = 0.283;
pub(super) const PITR_GB: f64 = 0.226;

/// Ingested, a GB (<https://aws.amazon.com/cloudwatch/pricing/>); kept, a GB and month.
pub(super) const LOGS_GB: f64 = 0.57;
pub(super) const LOGS_KEPT_GB: f64 = 0.03;
/// A custom metric that has values all month, the first 10,000. Metrics of the embedded format are paid for the same, and
/// no calls beside.
pub(super) const METRIC: f64 = 0.30;
/// A metric that an alarm of standard resolution looks at.
pub(super) const ALARM: f64 = 0.10;
pub(super) const DASHBOARD: f64 = 3.00;

/// A million traces recorded (<https://aws.amazon.com/xray/pricing/>).
pub(super) const TRACES_MILLION: f64 = 5.00;

/// To the internet, a GB, the first 10 TB (<https://aws.amazon.com/ec2/pricing/on-demand/>, "Data Transfer").
pub(super) const TRANSFER_GB: f64 = 0.09;

/// A monthly active user, tier Essentials (<https://aws.amazon.com/cognito/pricing/>).
pub(super) const COGNITO_USER: f64 = 0.015;

/// Ten thousand calls of a key (<https://aws.amazon.com/kms/pricing/>). One that AWS manages costs nothing itself.
pub(super) const KEY_10_THOUSAND: f64 = 0.03;

/// A month's requests.
pub(super) fn api_gateway(requests: f64) -> f64 {
    let mut left = requests;
    let mut dollars = 0.0;
    for (tier, price) in API_GATEWAY {
        let here = left.min(tier);
        dollars += here / MILLION * price;
        left -= here;
    }
    dollars
}
