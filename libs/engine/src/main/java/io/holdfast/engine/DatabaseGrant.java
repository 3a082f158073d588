package io.holdfast.engine;

import org.jspecify.annotations.Nullable;

/**
 * A right on the database itself.
 *
 * @param grantee the role; null: everybody (PUBLIC)
 * @param privilege CONNECT, CREATE or TEMPORARY
 * @param grantor who gave it, by a grant option; null: the database's owner, or an older backup that does not say
 */
public record DatabaseGrant(
        @Nullable String grantee,
        String privilege,
        boolean grantable,
        @Nullable String grantor) {

    public DatabaseGrant byOwner() {
        return new DatabaseGrant(grantee, privilege, grantable, null);
    }
}
