package io.holdfast.engine.postgres;

import io.holdfast.engine.SourceDatabase;
import io.holdfast.engine.connect.DatabaseAddress;
import io.holdfast.engine.connect.PasswordSupplier;
import io.holdfast.engine.model.QualifiedName;
import io.holdfast.testsupport.engine.EngineContract;
import java.util.List;

class PostgresContractTest extends EngineContract {

    @Override
    protected SourceDatabase fresh() {
        return Databases.ENGINE.source(Databases.fresh(), PasswordSupplier.none());
    }

    @Override
    protected SourceDatabase missing() {
        return Databases.ENGINE.source(Databases.server().withDatabase("missing"), PasswordSupplier.none());
    }

    @Override
    protected void sql(SourceDatabase database, String... statements) {
        Databases.sql(address(database), String.join(";\n", statements));
    }

    @Override
    protected List<String> query(SourceDatabase beside, String name, String sql) {
        return Databases.query(address(beside).withDatabase(name), sql);
    }

    private static DatabaseAddress address(SourceDatabase database) {
        return ((PostgresSource) database).address();
    }

    @Override
    protected QualifiedName table(String name) {
        return new QualifiedName("public", name);
    }
}
