package io.holdfast.engine.postgres.load;

import io.holdfast.engine.model.Finding;
import io.holdfast.engine.model.QualifiedName;
import io.holdfast.engine.postgres.catalog.ForeignTableQueries;
import io.holdfast.engine.postgres.jdbc.Sql;
import io.holdfast.engine.postgres.jdbc.SqlErrorTranslator;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Predicate;

/** Fills materialized views. What they hold is derived: one that cannot be filled is a finding, and all others are filled. */
final class MaterializedViewRefresher {
    /**
     * A view that could not be filled.
     *
     * @param early whether it may only have been too early, or something else in its way
     * @param reason what the server answered
     */
    record Unfilled(QualifiedName view, Finding finding, boolean early, SQLException reason) {}

    private MaterializedViewRefresher() {}

    /**
     * Fills them in the given order. One that reads another by a function, which the catalogs do not know, may be too
     * early: it is tried again as long as others are filled meanwhile.
     *
     * @param changing answers whether a function that failed was changed so that another attempt may end otherwise
     * @param filling {@link #fill(Connection, QualifiedName, String, BooleanSupplier)} on some connection
     */
    static List<Finding> fill(
            List<QualifiedName> views,
            Predicate<SQLException> changing,
            Function<QualifiedName, Optional<Unfilled>> filling) {
        List<Finding> findings = new ArrayList<>();
        List<QualifiedName> left = views;
        while (!left.isEmpty()) {
            List<Unfilled> unfilled =
                    left.stream().map(filling).flatMap(Optional::stream).toList();
            boolean someFilled = unfilled.size() < left.size();
            boolean changed = unfilled.stream()
                            .filter(view -> changing.test(view.reason()))
                            .count()
                    > 0;
            List<QualifiedName> again = new ArrayList<>();
            for (Unfilled view : unfilled) {
                if (changed || (view.early() && someFilled)) {
                    again.add(view.view());
                } else {
                    findings.add(view.finding());
                }
            }
            left = again;
        }
        return findings;
    }

    /**
     * Fills one. Its owner may see what row security lets him see, and a value is text as it was at the source; whoever
     * loads and reads rows sees all of them, or fails: what is set for the view is undone with it, and the connection goes
     * on as it was.
     *
     * @param asText {@link LoaderSessionFactory#asText}
     * @param stopped whether the statement was cancelled on purpose
     * @return empty if it is filled
     * @throws SQLException what says nothing of this view, and would meet whatever comes next
     */
    static Optional<Unfilled> fill(Connection connection, QualifiedName view, String asText, BooleanSupplier stopped)
            throws SQLException {
        try {
            Sql.run(connection, asText + "SET LOCAL row_security = on; REFRESH MATERIALIZED VIEW " + view.sql());
            return Optional.empty();
        } catch (SQLException e) {
            if (stopped.getAsBoolean() || SqlErrorTranslator.connectionLost(connection, e)) {
                throw e;
            }
            if (ForeignTableQueries.views(connection).contains(view)) {
                return Optional.of(
                        unfilled(view, " reads foreign tables and", "when they can be reached from the target", e));
            }
            if (SqlErrorTranslator.concernsAll(e)) {
                throw e;
            }
            return Optional.of(unfilled(view, "", "once that is put right", e));
        }
    }

    private static Unfilled unfilled(QualifiedName view, String because, String when, SQLException e) {
        Finding finding = new Finding(
                Finding.Kind.NOT_FILLED,
                view.toString(),
                "materialized view " + view + because + " could not be filled (" + SqlErrorTranslator.said(e) + "); "
                        + when + ": REFRESH MATERIALIZED VIEW " + view.sql());
        return new Unfilled(view, finding, SqlErrorTranslator.mayPass(e), e);
    }
}
