"""The organisers' own questions: built in every language, asked when they apply, with places that can run out."""
