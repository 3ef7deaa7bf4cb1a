//! TEMP
use super::Words;
impl Words {
    pub fn file_error(&self, e: &crate::source::file::FileError) -> String {
        e.to_string()
    }
    pub fn setting_error(&self, e: &crate::source::programs::SettingError) -> String {
        e.to_string()
    }
    pub fn damage(&self, e: &crate::source::file::Damage) -> String {
        format!("{e:?}")
    }
    pub fn session_error(&self, e: &crate::session::SessionError) -> String {
        e.to_string()
    }
}
