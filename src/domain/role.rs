//! Which roles are there, and what are they called?
use serde::{Deserialize, Serialize};

/// The role of an account or a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// công chức một cửa
    Receptionist,
    /// công chức chuyên môn
    Specialist,
    /// lãnh đạo
    Leader,
    /// Văn phòng
    Office,
    /// quản trị
    Admin,
}

impl Role {
    pub const ALL: [Self; 5] = [
        Self::Receptionist,
        Self::Specialist,
        Self::Leader,
        Self::Office,
        Self::Admin,
    ];

    /// The code in files and on the command line.
    ///
    /// ```
    /// use motcua::domain::role::Role;
    /// assert!(Role::ALL.iter().all(|role| Role::from_code(role.code()) == Some(*role)));
    /// ```
    pub fn code(self) -> &'static str {
        match self {
            Self::Receptionist => "receptionist",
            Self::Specialist => "specialist",
            Self::Leader => "leader",
            Self::Office => "office",
            Self::Admin => "admin",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.code() == code)
    }

    /// The title shown on pages.
    pub fn label(self) -> &'static str {
        match self {
            Self::Receptionist => "Công chức một cửa",
            Self::Specialist => "Công chức chuyên môn",
            Self::Leader => "Lãnh đạo",
            Self::Office => "Văn phòng",
            Self::Admin => "Quản trị",
        }
    }

    /// Whether the account sits at the desk, so that its acts are at the desk
    /// unless said otherwise.
    pub fn at_desk(self) -> bool {
        self == Self::Receptionist
    }

    /// Whether the role measures: reports, targets, catalogue.
    pub fn measures(self) -> bool {
        matches!(self, Self::Office | Self::Leader | Self::Admin)
    }
}
