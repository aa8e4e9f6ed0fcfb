use super::Parse;
use super::container::environment;
use super::keys::{Owner, keys, meta, read, read_name};
use crate::builder::File;
use crate::model::{AppGroup, Item, Meta};
use crate::value::{AppName, Label, MountPath, ValueError};

impl Owner for AppGroup {
    fn owner(&self) -> String {
        format!("AppGroup `{}`", self.name)
    }
}

/// ```
/// use statefulapp_core::builder::{App, AppGroup, StatefulApp};
///
/// let (web, db) = (App::new("web")?, StatefulApp::new("db")?);
/// let shop = AppGroup::new("shop")?.members([&web])?.members([&db])?.env("STAGE", "production")?.label("team", "shop")?;
/// # Ok::<(), statefulapp_core::value::ValueError>(())
/// ```
impl AppGroup {
    /// A group of this name, without members.
    ///
    /// # Errors
    /// The name is not a label.
    pub fn new(name: impl Parse<Label>) -> Result<Self, ValueError> {
        Ok(Self {
            name: read_name("AppGroup", name)?,
            meta: Meta::default(),
            members: Vec::new(),
            env: Vec::new(),
            env_from: Vec::new(),
            files: Vec::new(),
            start_order: Vec::new(),
        })
    }

    keys! { self:
        /// Members.
        several members: AppName => self.members;
        /// Members in the order in which they start: each waits until the first port of the one before it answers.
        several start_order: AppName => self.start_order;
    }

    environment!(self, self);

    /// Files that every member gets: `&config`, `config.key("app.conf")?`, or a [`File`].
    ///
    /// # Errors
    /// The path is not an absolute one.
    pub fn file(mut self, path: impl Parse<MountPath>, file: impl Into<File>) -> Result<Self, ValueError> {
        let path = read(&self, "files", path)?;
        self.files.push(file.into().at(path));
        Ok(self)
    }

    meta!(self, self.meta);
}

impl From<AppGroup> for Item {
    fn from(group: AppGroup) -> Item {
        Item::AppGroup(group)
    }
}
