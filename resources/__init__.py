"""Rule packs, wording and the generator of the sample centre: data, and what makes data."""
