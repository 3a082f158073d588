package io.holdfast.engine.model;

import org.jspecify.annotations.Nullable;

/**
 * A right on the database itself, or on a large object.
 *
 * @param grantee the role; null: everybody (PUBLIC)
 * @param privilege CONNECT, CREATE or TEMPORARY; SELECT or UPDATE
 * @param grantor who gave it, by a grant option; null: the owner, or an older backup that does not say
 */
public record Grant(
        @Nullable String grantee,
        String privilege,
        boolean grantable,
        @Nullable String grantor) {

    public Grant byOwner() {
        return new Grant(grantee, privilege, grantable, null);
    }
}
