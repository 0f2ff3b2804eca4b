//! What a generation costs, in US dollars: its share of what the hosts cost, and what a provider takes for its tokens.

/// The cost model of the settings (`cost.*`).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CostModel {
    /// What each generation bears of the hosts' cost.
    share: f64,
    /// One token read.
    input: f64,
    /// One token written.
    output: f64,
}

const DAYS_A_MONTH: f64 = 30.0;
const TOKENS_A_PRICE: f64 = 1e6;

impl CostModel {
    /// From a cost a month that so many generations a day share, and prices of a million tokens.
    #[must_use]
    pub fn new(monthly: f64, requests_a_day: usize, input_tokens: f64, output_tokens: f64) -> Self {
        let a_month = super::metrics::number(requests_a_day.max(1) as u64) * DAYS_A_MONTH;
        Self {
            share: monthly / a_month,
            input: input_tokens / TOKENS_A_PRICE,
            output: output_tokens / TOKENS_A_PRICE,
        }
    }

    /// What one generation costs that used these tokens.
    #[must_use]
    pub fn of(&self, input_tokens: i64, output_tokens: i64) -> f64 {
        let tokens = |tokens: i64| super::metrics::number(u64::try_from(tokens).unwrap_or(0));
        self.share + self.input * tokens(input_tokens) + self.output * tokens(output_tokens)
    }
}

impl Default for CostModel {
    /// 100 dollars a month, 5,000 requests a day, tokens at no price.
    fn default() -> Self {
        Self::new(100.0, 5_000, 0.0, 0.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_baseline_costs_67_cents_for_a_thousand_requests() {
        let thousand = 1_000.0 * CostModel::default().of(1_500, 900);
        assert!((thousand - 0.6667).abs() < 0.0001, "{thousand}");
    }

    #[test]
    fn tokens_are_priced_by_the_million() {
        let model = CostModel::new(0.0, 1, 3.0, 15.0);
        assert!((model.of(1_000_000, 2_000_000) - 33.0).abs() < 1e-9);
        assert!(model.of(-5, 0).abs() < 1e-12, "a server's nonsense costs nothing");
    }
}
