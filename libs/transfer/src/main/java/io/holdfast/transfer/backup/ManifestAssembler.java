package io.holdfast.transfer.backup;

import static java.util.Objects.requireNonNull;

import io.holdfast.engine.BackupScope;
import io.holdfast.engine.model.DatabaseDescriptor;
import io.holdfast.engine.model.Finding;
import io.holdfast.engine.model.Fingerprint;
import io.holdfast.engine.model.LogPosition;
import io.holdfast.engine.model.QualifiedName;
import io.holdfast.engine.model.TableDescriptor;
import io.holdfast.transfer.backup.SnapshotUploader.Captured;
import io.holdfast.transfer.increment.IncrementNote;
import io.holdfast.transfer.increment.StoredPart;
import io.holdfast.transfer.manifest.DescriptorCodec;
import io.holdfast.vault.format.BackupContents;
import io.holdfast.vault.format.ChunkSizeClass;
import io.holdfast.vault.format.Extent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Puts the pieces that many threads have read together to what a manifest says. */
final class ManifestAssembler {
    private record Piece(int task, int position, Captured.PartRows rows) {}

    private final DatabaseDescriptor shape;
    private final Map<QualifiedName, List<Piece>> pieces = new HashMap<>();
    private Captured.@Nullable Schema schema;

    ManifestAssembler(DatabaseDescriptor shape) {
        this.shape = shape;
    }

    void schema(Captured.Schema captured) {
        schema = captured;
    }

    void rows(Captured.Rows captured) {
        for (int i = 0; i < captured.parts().size(); i++) {
            Captured.PartRows rows = captured.parts().get(i);
            pieces.computeIfAbsent(rows.part().table().name(), name -> new ArrayList<>())
                    .add(new Piece(captured.task(), i, rows));
        }
    }

    /**
     * @param note null: neither was anything taken from another backup, nor may a later one take from this
     * @param position null: there is none at which the server had exactly these rows, or it is not known
     */
    BackupContents contents(
            BackupMetadata backupMetadata,
            Instant snapshotAt,
            @Nullable IncrementNote note,
            @Nullable LogPosition position) {
        Captured.Schema dumped = requireNonNull(schema);
        return new BackupContents(
                backupMetadata.sourceName(),
                backupMetadata.kind().name().toLowerCase(Locale.ROOT),
                backupMetadata.labels(),
                snapshotAt,
                backupMetadata.startedAt(),
                scope(backupMetadata.scope()),
                server(note, position),
                dumped.dump(),
                shape.tables().stream()
                        .filter(TableDescriptor::dataIncluded)
                        .map(table -> table(table, note != null))
                        .toList(),
                shape.sequences().stream()
                        .map(s -> new BackupContents.Sequence(
                                DescriptorCodec.name(s.name()), s.lastValue(), s.called(), null))
                        .toList(),
                List.of(),
                shape.populatedViews().stream().map(DescriptorCodec::name).toList(),
                shape.roles().stream()
                        .map(role -> new BackupContents.Role(role, null))
                        .toList(),
                Stream.concat(shape.findings().stream(), dumped.findings().stream())
                        .map(ManifestAssembler::finding)
                        .toList(),
                DescriptorCodec.write(shape));
    }

    private BackupContents.Table table(TableDescriptor table, boolean withParts) {
        List<StoredPart> own = pieces.getOrDefault(table.name(), List.of()).stream()
                .sorted(Comparator.comparingInt(Piece::task).thenComparingInt(Piece::position))
                .map(piece -> piece.rows().stored().get())
                .toList();
        Fingerprint fingerprint =
                own.stream().map(StoredPart::fingerprint).reduce(Fingerprint.EMPTY, Fingerprint::plus);
        long bytes = own.stream().mapToLong(StoredPart::bytes).sum();
        List<Extent> extents =
                own.stream().flatMap(part -> part.extents().stream()).toList();
        return new BackupContents.Table(
                DescriptorCodec.name(table.name()),
                table.columns().stream()
                        .map(column -> new BackupContents.Column(column, ""))
                        .toList(),
                fingerprint.rows(),
                fingerprint.toString(),
                bytes,
                own.isEmpty() ? ChunkSizeClass.MIB_1 : own.getFirst().sizes(),
                extents,
                withParts && oneFile(table) ? StoredPart.attributes(own) : null);
    }

    /** The leaves of a tree have ranges of the same blocks. */
    private static boolean oneFile(TableDescriptor table) {
        return table.kind() == TableDescriptor.Kind.TABLE || table.kind() == TableDescriptor.Kind.PARTITION;
    }

    private BackupContents.Server server(@Nullable IncrementNote note, @Nullable LogPosition position) {
        return new BackupContents.Server(
                shape.engine(),
                shape.serverVersion(),
                shape.database(),
                shape.encoding(),
                shape.collation(),
                shape.characterType(),
                shape.extensions().stream()
                        .map(e -> new BackupContents.Extension(e.name(), e.version(), e.schema()))
                        .toList(),
                ServerAttributes.of(note, position));
    }

    private static BackupContents.Scope scope(BackupScope scope) {
        if (scope.equals(BackupScope.everything())) {
            return BackupContents.Scope.WHOLE;
        }
        return new BackupContents.Scope(
                false,
                Stream.concat(
                                scope.includeSchemas().stream().sorted(),
                                scope.includeTables().stream().sorted().map(QualifiedName::toString))
                        .toList(),
                Stream.concat(
                                scope.excludeSchemas().stream().sorted(),
                                scope.excludeTables().stream().sorted().map(QualifiedName::toString))
                        .toList(),
                scope.excludeTableData().stream()
                        .sorted()
                        .map(QualifiedName::toString)
                        .toList(),
                scope.narrowed(),
                !scope.extensions(),
                scope.excludeExtensions().stream().sorted().toList());
    }

    private static BackupContents.Finding finding(Finding finding) {
        return new BackupContents.Finding(finding.kind().name(), finding.object(), finding.message(), true);
    }
}
