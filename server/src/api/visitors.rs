//! Visits of the site.

use contract_runtime::security::Principal;

use super::failure::{self, fails};
use super::resource::number;
use super::visitor::Visitor;
use crate::contract::types::{
    DailyTrends, DailyVisitors, MonthlyTrends, MonthlyVisitors, VisitCount, VisitTracked,
};
use crate::contract::{
    GetDailyVisitorTrendsError, GetDailyVisitorTrendsRequest, GetDailyVisitorTrendsResponse,
    GetMonthlyVisitorTrendsError, GetMonthlyVisitorTrendsRequest, GetMonthlyVisitorTrendsResponse,
    GetVisitorCountError, GetVisitorCountResponse, TrackVisitError, TrackVisitRequest,
    TrackVisitResponse, VisitorsApi,
};
use crate::portfolio::Portfolio;
use crate::table::TableError;

impl VisitorsApi for Portfolio {
    async fn track_visit(
        &self,
        request: TrackVisitRequest,
    ) -> Result<TrackVisitResponse, TrackVisitError> {
        let TrackVisitRequest {
            x_session_id,
            visitor,
        } = request;
        let visitor = Visitor::of(x_session_id, visitor.as_deref(), self.secure_cookies);
        let visit = self.visits.track(&visitor.session).await?;
        Ok(TrackVisitResponse::Ok {
            body: VisitTracked {
                count: number(visit.count),
                tracked: visit.tracked,
            },
            set_cookie: visitor.set_cookie,
        })
    }

    async fn get_visitor_count(&self) -> Result<GetVisitorCountResponse, GetVisitorCountError> {
        let count = number(self.visits.count().await?);
        Ok(GetVisitorCountResponse::Ok(VisitCount { count }))
    }

    async fn get_daily_visitor_trends(
        &self,
        _: Principal,
        request: GetDailyVisitorTrendsRequest,
    ) -> Result<GetDailyVisitorTrendsResponse, GetDailyVisitorTrendsError> {
        let days = self.visits.daily(period(request.days)).await?;
        let trends = days.into_iter().map(|day| DailyVisitors {
            date: day.date.into(),
            visitors: number(day.visitors),
        });
        Ok(GetDailyVisitorTrendsResponse::Ok(DailyTrends {
            trends: trends.collect(),
        }))
    }

    async fn get_monthly_visitor_trends(
        &self,
        _: Principal,
        request: GetMonthlyVisitorTrendsRequest,
    ) -> Result<GetMonthlyVisitorTrendsResponse, GetMonthlyVisitorTrendsError> {
        let months = self.visits.monthly(period(request.months)).await?;
        let trends = months.into_iter().map(|month| MonthlyVisitors {
            month: month.month.to_string(),
            visitors: number(month.visitors),
        });
        Ok(GetMonthlyVisitorTrendsResponse::Ok(MonthlyTrends {
            trends: trends.collect(),
        }))
    }
}

/// A number of days or months that the contract has bounded.
fn period(length: i64) -> u32 {
    u32::try_from(length).unwrap_or(1)
}

fails! {
    TableError as failure::table => TrackVisitError, GetVisitorCountError, GetDailyVisitorTrendsError, GetMonthlyVisitorTrendsError;
}
