package io.holdfast.eventing.oidc;

import io.holdfast.access.Grant;
import io.holdfast.access.Principal;
import io.holdfast.access.Scope;
import io.holdfast.config.AccessConfig.ClaimGrant;
import io.holdfast.config.OidcConfig;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** Maps the claims of a verified token to a principal. */
record Persons(OidcConfig oidc, Map<String, ClaimGrant> roles) {
    private static final int LONGEST_NAME = 200;

    /** @throws InvalidTokenException if a required claim or the name is missing */
    Principal of(Claims claims) {
        oidc.requiredClaims().forEach((claim, value) -> {
            if (!claims.values(claim).contains(value)) {
                throw new InvalidTokenException("claim " + claim + " of the token lacks the required value");
            }
        });
        List<Grant> grants = claims.values(oidc.rolesClaim()).stream()
                .distinct()
                .flatMap(value -> Stream.ofNullable(roles.get(value)))
                .map(grant -> new Grant(Set.copyOf(grant.roles()), Scope.of(grant.sources(), grant.environments())))
                .distinct()
                .toList();
        return new Principal(name(claims), Principal.Kind.PERSON, grants);
    }

    private String name(Claims claims) {
        if (!(claims.at(oidc.nameClaim()) instanceof String name)
                || name.isBlank()
                || name.length() > LONGEST_NAME
                || name.codePoints().anyMatch(Persons::isInvisible)) {
            throw new InvalidTokenException("claim " + oidc.nameClaim() + " of the token is not a name");
        }
        return name.strip();
    }

    private static boolean isInvisible(int character) {
        int type = Character.getType(character);
        return type == Character.CONTROL
                || type == Character.FORMAT
                || type == Character.LINE_SEPARATOR
                || type == Character.PARAGRAPH_SEPARATOR
                || type == Character.SURROGATE;
    }
}
