//! Volume claim templates.

use crate::model::{AccessMode, Volume};
use k8s_openapi::api::core::v1::{
    PersistentVolumeClaim, PersistentVolumeClaimSpec, TypedLocalObjectReference, VolumeResourceRequirements,
};
use k8s_openapi::apimachinery::pkg::api::resource::Quantity;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use std::collections::BTreeMap;

/// The template of a volume. Its metadata holds the name only: nothing in a volume claim template can be changed later,
/// so it holds nothing that ever has to.
pub(super) fn template(volume: &Volume) -> PersistentVolumeClaim {
    let modes = if volume.access.is_empty() { &[AccessMode::ReadWriteOnce][..] } else { &volume.access };
    let size = Quantity(volume.size.as_str().to_owned());
    PersistentVolumeClaim {
        metadata: ObjectMeta { name: Some(volume.name.to_string()), ..Default::default() },
        spec: Some(PersistentVolumeClaimSpec {
            access_modes: Some(modes.iter().map(|mode| mode.as_str().to_owned()).collect()),
            storage_class_name: volume.class.as_ref().map(ToString::to_string),
            volume_mode: volume.block.then(|| "Block".to_owned()),
            data_source: volume.snapshot.as_ref().map(|snapshot| TypedLocalObjectReference {
                api_group: Some("snapshot.storage.k8s.io".to_owned()),
                kind: "VolumeSnapshot".to_owned(),
                name: snapshot.to_string(),
            }),
            resources: Some(VolumeResourceRequirements {
                requests: Some(BTreeMap::from([("storage".to_owned(), size)])),
                ..Default::default()
            }),
            ..Default::default()
        }),
        ..Default::default()
    }
}
