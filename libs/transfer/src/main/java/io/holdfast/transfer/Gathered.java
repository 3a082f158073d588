package io.holdfast.transfer;

import static java.util.Objects.requireNonNull;

import io.holdfast.engine.DatabaseShape;
import io.holdfast.engine.Finding;
import io.holdfast.engine.Fingerprint;
import io.holdfast.engine.QualifiedName;
import io.holdfast.engine.Scope;
import io.holdfast.engine.TableShape;
import io.holdfast.transfer.Capture.Captured;
import io.holdfast.vault.Contents;
import io.holdfast.vault.Extent;
import io.holdfast.vault.SizeClass;
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
final class Gathered {
    private record Piece(int task, int position, SizeClass sizes, Captured.PartRows rows) {}

    private final DatabaseShape shape;
    private final Map<QualifiedName, List<Piece>> pieces = new HashMap<>();
    private Captured.@Nullable Schema schema;

    Gathered(DatabaseShape shape) {
        this.shape = shape;
    }

    void schema(Captured.Schema captured) {
        schema = captured;
    }

    void rows(Captured.Rows captured) {
        for (int i = 0; i < captured.parts().size(); i++) {
            Captured.PartRows rows = captured.parts().get(i);
            pieces.computeIfAbsent(rows.part().table().name(), name -> new ArrayList<>())
                    .add(new Piece(captured.task(), i, captured.sizes(), rows));
        }
    }

    Contents contents(Subject subject, Instant snapshotAt) {
        Captured.Schema dumped = requireNonNull(schema);
        return new Contents(
                subject.sourceName(),
                subject.kind().name().toLowerCase(Locale.ROOT),
                subject.labels(),
                snapshotAt,
                subject.startedAt(),
                scope(subject.scope()),
                server(),
                dumped.dump(),
                shape.tables().stream()
                        .filter(TableShape::dataIncluded)
                        .map(this::table)
                        .toList(),
                shape.sequences().stream()
                        .map(s -> new Contents.Sequence(name(s.name()), s.lastValue(), s.called(), null))
                        .toList(),
                List.of(),
                shape.populatedViews().stream().map(Gathered::name).toList(),
                shape.roles().stream()
                        .map(role -> new Contents.Role(role, null))
                        .toList(),
                Stream.concat(shape.findings().stream(), dumped.findings().stream())
                        .map(Gathered::finding)
                        .toList(),
                Shapes.write(shape));
    }

    private Contents.Table table(TableShape table) {
        List<Piece> own = pieces.getOrDefault(table.name(), List.of()).stream()
                .sorted(Comparator.comparingInt(Piece::task).thenComparingInt(Piece::position))
                .toList();
        Fingerprint fingerprint =
                own.stream().map(p -> p.rows().result().fingerprint()).reduce(Fingerprint.EMPTY, Fingerprint::plus);
        long bytes = own.stream().mapToLong(p -> p.rows().result().bytes()).sum();
        List<Extent> extents =
                own.stream().flatMap(p -> p.rows().stored().extents().stream()).toList();
        return new Contents.Table(
                name(table.name()),
                table.columns().stream()
                        .map(column -> new Contents.Column(column, ""))
                        .toList(),
                fingerprint.rows(),
                fingerprint.toString(),
                bytes,
                own.isEmpty() ? SizeClass.MIB_1 : own.getFirst().sizes(),
                extents,
                null);
    }

    private Contents.Server server() {
        return new Contents.Server(
                shape.engine(),
                shape.serverVersion(),
                shape.database(),
                shape.encoding(),
                shape.collation(),
                shape.characterType(),
                shape.extensions().stream()
                        .map(e -> new Contents.Extension(e.name(), e.version(), e.schema()))
                        .toList(),
                null);
    }

    private static Contents.Scope scope(Scope scope) {
        if (scope.equals(Scope.everything())) {
            return Contents.Scope.WHOLE;
        }
        return new Contents.Scope(
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
                !scope.extensions());
    }

    private static Contents.Finding finding(Finding finding) {
        return new Contents.Finding(finding.kind().name(), finding.object(), finding.message(), true);
    }

    static Contents.Name name(QualifiedName name) {
        return new Contents.Name(name.schema(), name.name());
    }
}
