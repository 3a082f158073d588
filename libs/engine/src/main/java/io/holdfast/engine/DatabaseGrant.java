package io.holdfast.engine;

import org.jspecify.annotations.Nullable;

/**
 * A right on the database itself.
 *
 * @param grantee the role; null: everybody (PUBLIC)
 * @param privilege CONNECT, CREATE or TEMPORARY
 */
public record DatabaseGrant(@Nullable String grantee, String privilege, boolean grantable) {}
