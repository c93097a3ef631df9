//! Certifications and courses.

use contract_runtime::Field;
use contract_runtime::security::Principal;

use super::failure::{self, fails};
use super::resource::{self, Reading, allows, count, entity_tag, number};
use crate::content::{self, CertificationFacts, ContentError, Item};
use crate::contract::responses::{CertificationCreated, CertificationFound, ContentDeleted};
use crate::contract::types::{
    Certification, CertificationCreate, CertificationList, CertificationType, CertificationUpdate,
};
use crate::contract::{
    BASE_PATH, CertificationsApi, CreateCertificationError, CreateCertificationRequest,
    CreateCertificationResponse, DeleteCertificationError, DeleteCertificationRequest,
    DeleteCertificationResponse, GetCertificationError, GetCertificationRequest,
    GetCertificationResponse, ListCertificationsError, ListCertificationsRequest,
    ListCertificationsResponse, PublishCertificationError, PublishCertificationRequest,
    PublishCertificationResponse, UnpublishCertificationError, UnpublishCertificationRequest,
    UnpublishCertificationResponse, UpdateCertificationError, UpdateCertificationRequest,
    UpdateCertificationResponse,
};
use crate::portfolio::Portfolio;
use crate::table::TableError;

impl CertificationsApi for Portfolio {
    async fn list_certifications(
        &self,
        principal: Option<Principal>,
        request: ListCertificationsRequest,
    ) -> Result<ListCertificationsResponse, ListCertificationsError> {
        let ListCertificationsRequest {
            status,
            limit,
            offset,
            r#type,
            featured,
        } = request;
        let statuses = resource::statuses::<ListCertificationsError>(principal.as_ref(), status)?;
        let r#type = r#type.map(content::CertificationType::from);
        let page = self
            .certifications
            .list(
                statuses,
                CertificationFacts::filter(r#type, featured),
                count(limit),
                count(offset),
            )
            .await?;
        Ok(ListCertificationsResponse::Ok(CertificationList {
            certifications: page.items.into_iter().map(Into::into).collect(),
            total: number(page.total),
            limit: number(page.limit as u64),
            offset,
        }))
    }

    async fn create_certification(
        &self,
        _: Principal,
        request: CreateCertificationRequest,
    ) -> Result<CreateCertificationResponse, CreateCertificationError> {
        let item = self.certifications.create(request.body.into()).await?;
        Ok(CertificationCreated {
            location: format!("{BASE_PATH}/certifications/{}", item.id),
            etag: entity_tag(&item),
            body: item.into(),
        }
        .into())
    }

    async fn get_certification(
        &self,
        principal: Option<Principal>,
        request: GetCertificationRequest,
    ) -> Result<GetCertificationResponse, GetCertificationError> {
        let GetCertificationRequest {
            certification_id,
            if_none_match,
        } = request;
        let reading = resource::read::<_, GetCertificationError>(
            &self.certifications,
            *certification_id,
            principal.as_ref(),
            if_none_match.as_deref(),
        );
        match reading.await? {
            Reading::Item(item) => Ok(CertificationFound::from(item).into()),
            Reading::NotModified(current) => Ok(current.into()),
        }
    }

    async fn update_certification(
        &self,
        _: Principal,
        request: UpdateCertificationRequest,
    ) -> Result<UpdateCertificationResponse, UpdateCertificationError> {
        let UpdateCertificationRequest {
            certification_id,
            if_match,
            body,
        } = request;
        let item = self
            .certifications
            .update(*certification_id, allows(if_match), |certification| {
                change(certification, &body)
            })
            .await?;
        Ok(CertificationFound::from(item).into())
    }

    async fn delete_certification(
        &self,
        _: Principal,
        request: DeleteCertificationRequest,
    ) -> Result<DeleteCertificationResponse, DeleteCertificationError> {
        let DeleteCertificationRequest {
            certification_id,
            if_match,
        } = request;
        self.certifications
            .delete(*certification_id, allows(if_match))
            .await?;
        Ok(ContentDeleted.into())
    }

    async fn publish_certification(
        &self,
        _: Principal,
        request: PublishCertificationRequest,
    ) -> Result<PublishCertificationResponse, PublishCertificationError> {
        let PublishCertificationRequest {
            certification_id,
            if_match,
        } = request;
        let item = self
            .certifications
            .publish(*certification_id, allows(if_match))
            .await?;
        Ok(CertificationFound::from(item).into())
    }

    async fn unpublish_certification(
        &self,
        _: Principal,
        request: UnpublishCertificationRequest,
    ) -> Result<UnpublishCertificationResponse, UnpublishCertificationError> {
        let UnpublishCertificationRequest {
            certification_id,
            if_match,
        } = request;
        let item = self
            .certifications
            .unpublish(*certification_id, allows(if_match))
            .await?;
        Ok(CertificationFound::from(item).into())
    }
}

fails! {
    TableError as failure::table => ListCertificationsError, CreateCertificationError, GetCertificationError;
    ContentError as failure::content => UpdateCertificationError, DeleteCertificationError, PublishCertificationError, UnpublishCertificationError;
}

impl From<CertificationType> for content::CertificationType {
    fn from(r#type: CertificationType) -> Self {
        match r#type {
            CertificationType::Certification => Self::Certification,
            CertificationType::Course => Self::Course,
        }
    }
}

impl From<content::CertificationType> for CertificationType {
    fn from(r#type: content::CertificationType) -> Self {
        match r#type {
            content::CertificationType::Certification => Self::Certification,
            content::CertificationType::Course => Self::Course,
        }
    }
}

impl From<CertificationCreate> for content::Certification {
    fn from(certification: CertificationCreate) -> Self {
        Self {
            name: certification.name,
            issuer: certification.issuer,
            icon: certification.icon,
            r#type: certification.r#type.into(),
            featured: certification.featured,
            description: certification.description,
            credential_url: certification.credential_url,
            date_earned: certification.date_earned.into(),
        }
    }
}

/// Replaces what the update names; a url sent as null goes.
fn change(certification: &mut content::Certification, update: &CertificationUpdate) {
    let update = update.clone();
    let current = certification.clone();
    *certification = content::Certification {
        name: update.name.unwrap_or(current.name),
        issuer: update.issuer.unwrap_or(current.issuer),
        icon: update.icon.unwrap_or(current.icon),
        r#type: update.r#type.map_or(current.r#type, Into::into),
        featured: update.featured.unwrap_or(current.featured),
        description: update.description.unwrap_or(current.description),
        credential_url: update.credential_url.apply(current.credential_url),
        date_earned: update.date_earned.map_or(current.date_earned, Into::into),
    };
}

impl From<Item<content::Certification>> for Certification {
    fn from(item: Item<content::Certification>) -> Self {
        Self {
            id: item.id.into(),
            status: item.status.into(),
            created_at: item.created_at.into(),
            updated_at: item.updated_at.into(),
            name: item.document.name,
            issuer: item.document.issuer,
            icon: item.document.icon,
            r#type: item.document.r#type.into(),
            featured: item.document.featured,
            description: item.document.description,
            credential_url: Field::present_or_absent(item.document.credential_url),
            date_earned: item.document.date_earned.into(),
        }
    }
}

impl From<Item<content::Certification>> for CertificationFound {
    fn from(item: Item<content::Certification>) -> Self {
        Self {
            etag: entity_tag(&item),
            body: item.into(),
        }
    }
}
