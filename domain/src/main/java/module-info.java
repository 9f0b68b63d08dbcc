/** Domain types and pure functions; nothing but {@code java.base}. */
module dev.gleisner.domain {
    requires static org.jspecify;

    exports dev.gleisner.domain.activity;
    exports dev.gleisner.domain.digest;
    exports dev.gleisner.domain.event;
    exports dev.gleisner.domain.json;
    exports dev.gleisner.domain.profile;
    exports dev.gleisner.domain.receipt;
    exports dev.gleisner.domain.record;
    exports dev.gleisner.domain.redact;
    exports dev.gleisner.domain.sandbox;
    exports dev.gleisner.domain.statement;
    exports dev.gleisner.domain.verify;
}
