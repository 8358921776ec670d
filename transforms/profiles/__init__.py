"""Source profiles: TOML files that map a layout to the contract. `load_profile` reads one by name."""

from transforms.profiles.language import Profile
from transforms.profiles.layout import FileLayout
from transforms.profiles.load import BadProfile, load_profile, shipped_profiles

__all__ = ["BadProfile", "FileLayout", "Profile", "load_profile", "shipped_profiles"]
