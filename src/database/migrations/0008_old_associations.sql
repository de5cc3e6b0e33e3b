-- Rows of associations that brought nothing are deleted after a while: found by the first index, while the second one
-- tells that no object refers to them.
CREATE INDEX association_without_objects ON association (ended_at) WHERE objects = 0;
CREATE INDEX received_object_by_association ON received_object (association_id) WHERE association_id IS NOT NULL;
