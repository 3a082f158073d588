package io.holdfast.restore.load;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.engine.model.QualifiedName;
import io.holdfast.engine.model.TableDescriptor;
import io.holdfast.transfer.manifest.DescriptorCodec;
import io.holdfast.vault.format.BackupContents;
import io.holdfast.vault.format.Manifest;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where no copy can be made beside: all tables of a backup go back into the live ones, if these are the same tables. */
final class FullInPlaceRules {
    private static final String WAY_OUT =
            "; let the role create databases (ALTER ROLE … CREATEDB), or restore to the server of another source";

    private FullInPlaceRules() {}

    /** Of partition trees the roots: rows may belong to other leaves by now. */
    static List<String> tables(Manifest manifest) {
        return DescriptorCodec.of(manifest).tables().stream()
                .filter(table -> table.ordinary() && table.dataIncluded())
                .map(FullInPlaceRules::whole)
                .distinct()
                .map(QualifiedName::toString)
                .toList();
    }

    private static QualifiedName whole(TableDescriptor table) {
        QualifiedName root = table.root();
        return root == null ? table.name() : root;
    }

    /** The way back would be neither a database put aside nor a backup: fails with TARGET_UNSUITABLE. */
    static void refuseWithoutSafety(@Nullable String why) {
        if (why != null) {
            throw HoldfastException.about(
                    "withoutSafety",
                    FailureCode.TARGET_UNSUITABLE,
                    "all tables are written in place, so there is no way back without a safety backup: leave"
                            + " --without-safety out" + WAY_OUT);
        }
    }

    /** Rows that do not go back in place: fails with TARGET_UNSUITABLE. */
    static void refuseOthers(Manifest manifest) {
        List<String> others = DescriptorCodec.of(manifest).tables().stream()
                .filter(table -> !table.ordinary() && rows(manifest, table.name()) > 0)
                .map(table -> table.name().toString())
                .toList();
        if (!others.isEmpty()) {
            throw HoldfastException.about(
                    others.getFirst(),
                    FailureCode.TARGET_UNSUITABLE,
                    "large objects and tables of extensions do not go back in place: " + String.join(", ", others)
                            + WAY_OUT);
        }
    }

    private static long rows(Manifest manifest, QualifiedName table) {
        return manifest.contents().tables().stream()
                .filter(stored -> stored.name().schema().equals(table.schema())
                        && stored.name().name().equals(table.name()))
                .mapToLong(BackupContents.Table::rows)
                .sum();
    }

    /** Fails with SCHEMA_DIFFERS, naming the differences. */
    static void refuseAltered(List<String> differences) {
        if (!differences.isEmpty()) {
            throw HoldfastException.about(
                    "schema",
                    FailureCode.SCHEMA_DIFFERS,
                    "the live database (the copy) has not the backup's schema, and nothing else goes back in place: "
                            + String.join("; ", differences) + WAY_OUT);
        }
    }
}
