package io.holdfast.verifier.drill;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.FailureReason;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.drill.CheckNames;
import io.holdfast.engine.LoadOptions;
import io.holdfast.engine.TargetDatabase;
import io.holdfast.engine.TargetServer;
import io.holdfast.engine.check.Damage;
import io.holdfast.engine.model.DatabaseDescriptor;
import io.holdfast.engine.model.QualifiedName;
import io.holdfast.engine.model.TableDescriptor;
import io.holdfast.transfer.load.DatabaseLoader;
import io.holdfast.transfer.load.LoadReport;
import io.holdfast.transfer.manifest.DescriptorCodec;
import io.holdfast.transfer.progress.TransferListener;
import io.holdfast.vault.Vault;
import io.holdfast.vault.chunk.ReadLease;
import io.holdfast.vault.format.BackupContents;
import io.holdfast.vault.format.Manifest;
import io.holdfast.vault.read.BackupReader;
import io.holdfast.verifier.scratch.RestoredCopy;
import io.holdfast.verifier.scratch.ScratchRestore;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Negative controls of the comparison. All definitions and the rows of the smallest table are restored once more; each
 * control damages a copy of that, and the comparison must find the damage.
 */
@ApplicationScoped
class DatabaseControls {
    private static final String SQLITE_SEQUENCE = "sqlite_sequence";

    private final CopyComparison comparison;

    DatabaseControls(CopyComparison comparison) {
        this.comparison = comparison;
    }

    private record Control(Damage damage, String name, String check) {}

    private static final List<Control> CONTROLS = List.of(
            new Control(Damage.VALUE_CHANGED, "one value changed", CheckNames.ROWS),
            new Control(Damage.ROW_REMOVED, "one row removed", CheckNames.ROWS),
            new Control(Damage.ROW_ADDED, "one row added", CheckNames.ROWS),
            new Control(Damage.SEQUENCE_SET_BACK, "one sequence set back", CheckNames.SEQUENCES),
            new Control(Damage.INDEX_DROPPED, "one index dropped", CheckNames.SCHEMA));

    /** @param stillWanted fails if the drill is to stop */
    List<ControlResult> run(RestoredCopy copy, Vault vault, Runnable stillWanted) {
        TargetServer server = copy.server();
        Optional<BackupContents.Table> table = smallest(copy.manifest());
        if (table.isEmpty()) {
            return CONTROLS.stream()
                    .map(control ->
                            ControlResult.notRun(control.name(), control.check(), "no table of the backup has a row"))
                    .toList();
        }
        try {
            server.create(copy.place().controls(), DescriptorCodec.of(copy.manifest()));
            server.closeToOthers(copy.place().controls());
            return new Run(copy, vault, table.get(), stillWanted).controls();
        } catch (HoldfastException holdfastException) {
            if (!holdfastException.code().isBackupFault()) {
                throw holdfastException; // the scratch server, or the drill is to stop: nothing is known of the checks
            }
            return CONTROLS.stream()
                    .map(control -> ControlResult.untested(
                            control.name(),
                            control.check(),
                            "the copy for the control could not be made: " + holdfastException.getMessage()))
                    .toList();
        } finally {
            ScratchRestore.dropSurely(server, copy.place().controls());
        }
    }

    private static Optional<BackupContents.Table> smallest(Manifest manifest) {
        Map<BackupContents.Name, TableDescriptor> shapes = DescriptorCodec.byName(DescriptorCodec.of(manifest));
        return manifest.contents().tables().stream()
                .filter(table -> table.rows() > 0 && isDamageable(shapes.get(table.name())))
                .min(Comparator.comparingLong(BackupContents.Table::bytes));
    }

    private static boolean isDamageable(@Nullable TableDescriptor shape) {
        return shape != null
                && (shape.kind() == TableDescriptor.Kind.TABLE || shape.kind() == TableDescriptor.Kind.UNLOGGED)
                && shape.dataIncluded()
                && !shape.columns().isEmpty()
                && !shape.name().name().startsWith("sqlite_");
    }

    /** The controls of one drill. */
    private final class Run {
        private final RestoredCopy copy;
        private final Vault vault;
        private final QualifiedName table;
        private final Manifest manifest;
        private final LoadOptions options;
        private final Runnable stillWanted;

        Run(RestoredCopy copy, Vault vault, BackupContents.Table table, Runnable stillWanted) {
            this.copy = copy;
            this.vault = vault;
            this.table = new QualifiedName(table.name().schema(), table.name().name());
            this.manifest = only(copy.manifest(), table.name());
            // what needs rows of other tables, such as a foreign key, is left out
            this.options = copy.options().withKeepGoing(true);
            this.stillWanted = stillWanted;
        }

        List<ControlResult> controls() {
            LoadReport report = load();
            List<FailureReason> sound = differences(report, true, database -> true);
            List<ControlResult> results = new ArrayList<>();
            for (Control control : CONTROLS) {
                stillWanted.run();
                results.add(run(control, report, sound));
            }
            return results;
        }

        private LoadReport load() {
            ReadLease lease = ReadLease.start(vault.context(), manifest.source(), manifest.backup());
            try (BackupReader backup = new BackupReader(vault.context(), manifest, lease);
                    TargetDatabase database = copy.server().open(copy.place().controls(), options)) {
                return DatabaseLoader.into(database, backup, copy.schema(), options, TransferListener.NONE);
            }
        }

        private ControlResult run(Control control, LoadReport report, List<FailureReason> sound) {
            boolean ofSchema = control.damage() == Damage.INDEX_DROPPED;
            List<String> damaged = new ArrayList<>();
            List<FailureReason> found = new ArrayList<>(differences(report, ofSchema, database -> {
                database.damage(control.damage(), table).ifPresent(damaged::add);
                return !damaged.isEmpty();
            }));
            if (damaged.isEmpty()) {
                return ControlResult.notRun(control.name(), control.check(), why(control.damage()));
            }
            found.removeAll(sound);
            String object = damaged.getFirst();
            return found.stream()
                    .filter(difference -> names(difference, control.damage(), object))
                    .findFirst()
                    .map(difference -> ControlResult.found(control.name(), control.check(), difference.message()))
                    .orElseGet(() -> ControlResult.missed(
                            control.name(), control.check(), object + " was damaged, and the comparison passed"));
        }

        private String why(Damage damage) {
            return switch (damage) {
                case VALUE_CHANGED -> "no value of table " + table + " can be changed";
                case ROW_REMOVED -> "no row of table " + table + " can be removed";
                case ROW_ADDED -> "no row can be added to table " + table;
                case SEQUENCE_SET_BACK -> "no sequence of the database was used";
                case INDEX_DROPPED -> "no index of the database can be dropped";
            };
        }

        /**
         * @param schema whether the definitions are compared as well
         * @param damage answers whether the copy is to be compared
         */
        private List<FailureReason> differences(LoadReport report, boolean schema, Predicate<TargetDatabase> damage) {
            TargetServer server = copy.server();
            String name = copy.place().damaged();
            try {
                if (!server.copy(copy.place().controls(), name)) {
                    return List.of();
                }
                server.closeToOthers(name);
                try (TargetDatabase database = server.open(name, options)) {
                    database.settings(shape()); // a copy has none of its own
                    return damage.test(database)
                            ? comparison.differences(copy, manifest, database, report, options, schema)
                            : List.of();
                }
            } finally {
                ScratchRestore.dropSurely(server, name);
            }
        }

        private DatabaseDescriptor shape() {
            return DescriptorCodec.of(manifest);
        }
    }

    private static boolean names(FailureReason difference, Damage damage, String object) {
        return switch (damage) {
            case VALUE_CHANGED, ROW_REMOVED, ROW_ADDED ->
                difference.code() == FailureCode.ROWS_DIFFER && object.equals(difference.object());
            case SEQUENCE_SET_BACK ->
                (difference.code() == FailureCode.SEQUENCES_DIFFER || difference.code() == FailureCode.ROWS_DIFFER)
                        && object.equals(difference.object());
            case INDEX_DROPPED ->
                difference.code() == FailureCode.SCHEMA_DIFFERS
                        && difference.message().contains(object);
        };
    }

    /** The backup as if it had the rows of one table only. */
    private static Manifest only(Manifest it, BackupContents.Name table) {
        BackupContents all = it.contents();
        BackupContents reduced = new BackupContents(
                all.sourceName(),
                all.kind(),
                all.labels(),
                all.snapshotAt(),
                all.startedAt(),
                all.scope(),
                all.server(),
                all.schema(),
                all.tables().stream()
                        .filter(stored -> stored.name().equals(table)
                                || stored.name().name().equals(SQLITE_SEQUENCE))
                        .toList(),
                all.sequences(),
                List.of(),
                all.populatedViews(),
                all.roles(),
                all.findings(),
                all.attributes());
        return new Manifest(it.format(), it.backup(), it.source(), it.committedAt(), reduced, it.totals(), it.chunks());
    }
}
