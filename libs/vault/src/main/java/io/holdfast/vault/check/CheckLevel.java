package io.holdfast.vault.check;

/** How closely a backup's chunks are looked at. */
public enum CheckLevel {
    /** Every chunk is there, with the size it was stored with. Costs a listing. */
    LISTED,
    /** Every chunk is fetched, authenticated, and its id computed again from its plain bytes. */
    READ
}
