package io.holdfast.config;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Who may call the platform.
 *
 * @param tokens by the principal's name, which the activity log shows
 */
public record AccessConfig(
        @ConfigKey(
                value = "Bearer tokens, by principal.",
                pattern = "^[A-Za-z0-9][A-Za-z0-9._@-]{0,62}$",
                rule = "a principal's name has 1 to 63 letters, digits, dots, dashes, underscores and @",
                example = "{ ci: { token: { env: CI_TOKEN }, roles: [operator] } }")
        Map<String, Principal> tokens,

        @ConfigKey(
                value = "Bearer token of GET /api/cron/backup. Without it the endpoint takes no request.",
                example = "{ env: CRON_SECRET }")
        Optional<SecretRef> cronSecret) {

    public record Principal(
            @ConfigKey(value = "The token.", example = "{ env: CI_TOKEN }")
            SecretRef token,

            @ConfigKey(value = "Roles of the principal.", example = "[operator]", nonEmpty = true)
            List<Role> roles) {}

    /** VIEWER reads; OPERATOR backs up and verifies; RESTORER restores; APPROVER approves restores; ADMIN may do everything. */
    public enum Role {
        VIEWER,
        OPERATOR,
        RESTORER,
        APPROVER,
        ADMIN
    }
}
