package io.holdfast.restore.domain;

import io.holdfast.contracts.RestoreTarget;

/** What a restore does to the database it goes to. */
public enum RestoreKind {
    /** It makes one. */
    NEW,
    /** Its copy takes the live one's name. */
    REPLACE,
    /** It overwrites the live one as a whole, or takes it back to an earlier state: no copy can take its name. */
    OVERWRITE,
    /** Its provider takes the whole live server back to an earlier state, with all databases. */
    REWIND,
    /** It writes tables or rows into the live one. */
    IN_PLACE;

    static RestoreKind of(RestoreTarget target) {
        return switch (target) {
            case RestoreTarget.New ignored -> NEW;
            case RestoreTarget.Url ignored -> NEW;
            case RestoreTarget.Replace ignored -> REPLACE;
            case RestoreTarget.Merge ignored -> IN_PLACE;
        };
    }

    /** Whether the live database becomes another one as a whole. */
    public boolean replaces() {
        return this == REPLACE || this == OVERWRITE || this == REWIND;
    }

    public boolean touchesLive() {
        return this != NEW;
    }
}
