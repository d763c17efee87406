import GRDB

extension Ledger {
    /// The tables, version by version. What a released program has written is never changed here; a new version is a new migration.
    static var migrations: DatabaseMigrator {
        var migrations = DatabaseMigrator()
        migrations.registerMigration("1: entries") { database in
            try database.create(table: "run") { table in
                table.primaryKey("id", .integer).check { $0 == 1 }
                table.column("plan", .text).notNull()
                table.column("program", .text).notNull()
                table.column("records", .integer).notNull()
            }
            try database.create(table: "entry") { table in
                table.primaryKey("number", .integer)
                table.column("date", .double).notNull()
                table.column("time", .integer).notNull()
                table.column("shard", .integer)
                table.column("blockGroup", .integer)
                table.column("record", .text).notNull()
            }
            try database.create(index: "entryOfTask", on: "entry", columns: ["shard", "blockGroup"])
        }
        return migrations
    }
}
