package io.holdfast.contracts;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Where a restore goes. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
    @JsonSubTypes.Type(value = RestoreTarget.New.class, name = "new"),
    @JsonSubTypes.Type(value = RestoreTarget.Url.class, name = "url"),
    @JsonSubTypes.Type(value = RestoreTarget.Replace.class, name = "replace"),
    @JsonSubTypes.Type(value = RestoreTarget.Merge.class, name = "merge")
})
public sealed interface RestoreTarget {

    /**
     * Into a database that does not exist yet.
     *
     * @param database its name
     * @param server the name of a configured source whose server it is made on; the restored source's unless said
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record New(String database, @Nullable String server) implements RestoreTarget {
        public New {
            RequiredFields.text("database", database);
        }
    }

    /**
     * Into a database that does not exist yet, on another server.
     *
     * @param url {@code postgresql://[user@]host:port/database} or {@code sqlite:/path/of/file.db}; the server is one that a
     *     configured source lies on, by whose credentials it is reached: a URL with a password is refused
     */
    record Url(String url) implements RestoreTarget {
        private static final Pattern PASSWORD =
                Pattern.compile("://.*(:|%3a).*@|[?&](password|passfile|sslpassword)=", Pattern.CASE_INSENSITIVE);

        public Url {
            RequiredFields.text("url", url);
            if (PASSWORD.matcher(url).find()) {
                throw new IllegalArgumentException(
                        "field \"url\" holds a password, and requests end up in topics and"
                                + " records; take it out: the server is reached by the credentials that holdfast.yaml has for it");
            }
        }
    }

    /** The restored copy takes the live database's place. */
    record Replace() implements RestoreTarget {}

    /** Tables or rows go back into the live database. */
    record Merge(Mode mode) implements RestoreTarget {
        public Merge {
            RequiredFields.fields("mode", mode);
        }
    }

    /** What becomes of rows that are there already. */
    enum Mode {
        REPLACE,
        MERGE,
        MISSING_ONLY
    }
}
