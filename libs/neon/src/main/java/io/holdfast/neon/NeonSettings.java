package io.holdfast.neon;

import java.net.URI;
import java.util.Optional;

/**
 * A database of a Neon project.
 *
 * @param endpoint of the API, such as {@code https://console.neon.tech/api/v2}
 * @param project its id
 * @param branch id of the branch whose earlier states are wanted; empty: the default branch
 * @param role that reads the database
 * @param owner of the copies: names this installation, so that another one does not delete them; letters, digits and hyphens
 */
public record NeonSettings(
        URI endpoint, String project, Optional<String> branch, String database, String role, String owner) {
    /** Of Neon itself. */
    public static final URI ENDPOINT = URI.create("https://console.neon.tech/api/v2");

    String prefix() {
        return "holdfast-" + owner + "-";
    }
}
