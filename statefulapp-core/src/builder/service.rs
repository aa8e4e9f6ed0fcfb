use super::Parse;
use crate::model::{self, App, Item, Meta, PortRef, Selects, ServiceKind, ServicePort};
use crate::value::{Label, PortName, ValueError};

/// A Service.
#[derive(Clone, Debug, PartialEq)]
pub struct Service(pub model::Service);

impl Service {
    /// A Service of this name.
    ///
    /// # Errors
    /// The name is not a label.
    pub fn new(name: impl Parse<Label>) -> Result<Self, ValueError> {
        Ok(Self(model::Service {
            name: name.parse_value()?,
            meta: Meta::default(),
            is_extern: false,
            selects: None,
            kind: ServiceKind::ClusterIP,
            ports: Vec::new(),
            headless: false,
            cluster_ip: None,
            publish_not_ready: false,
            sticky: None,
            local_traffic: None,
            internal_local_traffic: None,
            source_ranges: Vec::new(),
            load_balancer_class: None,
            external_name: None,
            traffic_distribution: None,
            each_pod: false,
        }))
    }

    /// The app that it leads to.
    #[must_use]
    pub fn selects(mut self, app: &App) -> Self {
        self.0.selects = Some(Selects { app: app.name.clone(), pod: None });
        self
    }

    /// Only the pod of this ordinal.
    #[must_use]
    pub fn selects_pod(mut self, app: &App, ordinal: u32) -> Self {
        self.0.selects = Some(Selects { app: app.name.clone(), pod: Some(ordinal) });
        self
    }

    /// A port, by the name that the app gives it.
    ///
    /// # Errors
    /// The name is not a port's.
    pub fn port(mut self, name: impl Parse<PortName>) -> Result<Self, ValueError> {
        let target: PortName = name.parse_value()?;
        self.0.ports.push(ServicePort {
            name: target.as_str().parse().ok(),
            number: None,
            target: PortRef::Name(target),
            protocol: None,
            node_port: None,
            app_protocol: None,
        });
        Ok(self)
    }

    /// The type.
    #[must_use]
    pub fn kind(mut self, kind: ServiceKind) -> Self {
        self.0.kind = kind;
        self
    }

    /// No address of its own.
    #[must_use]
    pub fn headless(mut self) -> Self {
        self.0.headless = true;
        self
    }

    /// A Service for every pod.
    #[must_use]
    pub fn each_pod(mut self) -> Self {
        self.0.each_pod = true;
        self
    }
}

impl From<Service> for Item {
    fn from(service: Service) -> Item {
        Item::Service(service.0)
    }
}
