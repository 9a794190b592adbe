/** Holds a project's file locked against all writers, as a careless program would, for so many milliseconds from its first line on. */

import Sqlite from "better-sqlite3";

const db = new Sqlite(process.argv[2]!, { timeout: 10_000 });
db.exec("begin exclusive");
console.log("locked");
setTimeout(() => { db.exec("rollback"); db.close(); console.log("free"); }, Number(process.argv[3]));
