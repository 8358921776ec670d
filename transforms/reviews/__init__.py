"""Reviews: decisions of people on flags, taken in from a reviewed worklist, kept for good, and applied where asked."""

from transforms.reviews.fill import fill_reviews, settle_corrections
from transforms.reviews.store import reviews_digest, reviews_in
from transforms.reviews.take_in import Refused, Taken, UnreadableReviews, take_in

__all__ = [
    "Refused",
    "Taken",
    "UnreadableReviews",
    "fill_reviews",
    "reviews_digest",
    "reviews_in",
    "settle_corrections",
    "take_in",
]
