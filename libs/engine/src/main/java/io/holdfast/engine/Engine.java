package io.holdfast.engine;

import io.holdfast.engine.model.DatabaseDescriptor;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/** A kind of database. Implementations hold no state and may be shared. */
public interface Engine {

    /** As {@link DatabaseDescriptor#engine()} spells it. */
    String name();

    /**
     * Compares two schema dumps statement by statement, without what differs by nature (versions, dates, order).
     *
     * @return what differs, in words that name the objects; empty if the schemas are equal
     */
    List<String> compareSchemas(Path stored, Path copy, LoadOptions as);

    /**
     * The same where a server writes definitions otherwise than it read them.
     *
     * @param reread what {@link TargetDatabase#reread} wrote of the stored ones: what is in the copy as it is here is no difference
     * @param given what it answered
     */
    default List<String> compareSchemas(Path stored, Path copy, Path reread, Set<Integer> given, LoadOptions as) {
        return compareSchemas(stored, copy, as);
    }

    /** Writes backups of such a database as text. */
    SqlScriptWriter script(DatabaseDescriptor shape);
}
