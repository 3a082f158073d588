package io.holdfast.contracts;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What happened to {@code holdfast.yaml} while the platform ran. Holds keys and digests, never values. */
public sealed interface ConfigurationEvent extends BackupEvent {

    /**
     * A changed file is in effect.
     *
     * @param formerDigest SHA-256 of the file before, in hex
     * @param digest SHA-256 of the file now, in hex
     * @param changedKeys paths of the keys that were added, removed or changed, at most 1,000
     */
    @EventType("ConfigurationReloaded")
    record Reloaded(String formerDigest, String digest, List<String> changedKeys, Instant reloadedAt)
            implements ConfigurationEvent {
        public Reloaded {
            RequiredFields.fields("formerDigest", formerDigest, "digest", digest, "reloadedAt", reloadedAt);
            changedKeys = RequiredFields.list("changedKeys", changedKeys);
        }
    }

    /**
     * A changed file has errors; the former one stays in effect.
     *
     * @param formerDigest SHA-256 of the file in effect, in hex
     * @param digest SHA-256 of the refused file, in hex; absent if it could not be read
     * @param problems each with file, line, column and key
     */
    @EventType("ConfigurationRefused")
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Refused(String formerDigest, @Nullable String digest, List<String> problems, Instant refusedAt)
            implements ConfigurationEvent {
        public Refused {
            RequiredFields.fields("formerDigest", formerDigest, "refusedAt", refusedAt);
            problems = RequiredFields.list("problems", problems);
        }
    }
}
