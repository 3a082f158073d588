package io.holdfast.contracts;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import org.jspecify.annotations.Nullable;

/** Where a restore goes. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
    @JsonSubTypes.Type(value = RestoreTarget.New.class, name = "new"),
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
            Required.text("database", database);
        }
    }

    /** The restored copy takes the live database's place. */
    record Replace() implements RestoreTarget {}

    /** Tables or rows go back into the live database. */
    record Merge(Mode mode) implements RestoreTarget {
        public Merge {
            Required.fields("mode", mode);
        }
    }

    /** What becomes of rows that are there already. */
    enum Mode {
        REPLACE,
        MERGE,
        MISSING_ONLY
    }
}
