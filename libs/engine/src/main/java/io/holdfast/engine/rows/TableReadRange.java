package io.holdfast.engine.rows;

import io.holdfast.engine.model.DatabaseDescriptor;
import io.holdfast.engine.model.QualifiedName;
import io.holdfast.engine.model.TableDescriptor;
import org.jspecify.annotations.Nullable;

/**
 * A table or a piece of it, as one COPY reads it.
 *
 * @param table the table of {@link DatabaseDescriptor#tables()} that the rows belong to
 * @param relation what is read: the table itself, or a leaf of its tree
 * @param blocks null: all of it
 */
public record TableReadRange(
        TableDescriptor table,
        QualifiedName relation,
        @Nullable BlockRange blocks) {}
