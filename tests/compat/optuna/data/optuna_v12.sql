BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('v3.2.0.a');
CREATE TABLE studies (
	study_id INTEGER NOT NULL, 
	study_name VARCHAR(512) NOT NULL, 
	PRIMARY KEY (study_id)
);
INSERT INTO "studies" VALUES(1,'all kinds');
INSERT INTO "studies" VALUES(2,'pair');
INSERT INTO "studies" VALUES(3,'old constraints');
INSERT INTO "studies" VALUES(4,'added');
CREATE TABLE study_directions (
	study_direction_id INTEGER NOT NULL, 
	direction VARCHAR(8) NOT NULL, 
	study_id INTEGER NOT NULL, 
	objective INTEGER NOT NULL, 
	PRIMARY KEY (study_direction_id), 
	UNIQUE (study_id, objective), 
	FOREIGN KEY(study_id) REFERENCES studies (study_id)
);
INSERT INTO "study_directions" VALUES(1,'MINIMIZE',1,0);
INSERT INTO "study_directions" VALUES(2,'MAXIMIZE',2,0);
INSERT INTO "study_directions" VALUES(3,'MINIMIZE',2,1);
INSERT INTO "study_directions" VALUES(4,'MAXIMIZE',3,0);
INSERT INTO "study_directions" VALUES(5,'MINIMIZE',4,0);
CREATE TABLE study_system_attributes (
	study_system_attribute_id INTEGER NOT NULL, 
	study_id INTEGER, 
	"key" VARCHAR(512), 
	value_json TEXT, 
	PRIMARY KEY (study_system_attribute_id), 
	UNIQUE (study_id, "key"), 
	FOREIGN KEY(study_id) REFERENCES studies (study_id)
);
INSERT INTO "study_system_attributes" VALUES(1,2,'study:metric_names','["accuracy", "size"]');
CREATE TABLE study_user_attributes (
	study_user_attribute_id INTEGER NOT NULL, 
	study_id INTEGER, 
	"key" VARCHAR(512), 
	value_json TEXT, 
	PRIMARY KEY (study_user_attribute_id), 
	UNIQUE (study_id, "key"), 
	FOREIGN KEY(study_id) REFERENCES studies (study_id)
);
INSERT INTO "study_user_attributes" VALUES(1,1,'dataset','"digits"');
CREATE TABLE trial_heartbeats (
	trial_heartbeat_id INTEGER NOT NULL, 
	trial_id INTEGER NOT NULL, 
	heartbeat DATETIME NOT NULL, 
	PRIMARY KEY (trial_heartbeat_id), 
	UNIQUE (trial_id), 
	FOREIGN KEY(trial_id) REFERENCES trials (trial_id)
);
CREATE TABLE trial_intermediate_values (
	trial_intermediate_value_id INTEGER NOT NULL, 
	trial_id INTEGER NOT NULL, 
	step INTEGER NOT NULL, 
	intermediate_value FLOAT, 
	intermediate_value_type VARCHAR(7) NOT NULL, 
	PRIMARY KEY (trial_intermediate_value_id), 
	UNIQUE (trial_id, step), 
	FOREIGN KEY(trial_id) REFERENCES trials (trial_id)
);
INSERT INTO "trial_intermediate_values" VALUES(1,1,0,0.0625,'FINITE');
INSERT INTO "trial_intermediate_values" VALUES(2,1,1,NULL,'NAN');
INSERT INTO "trial_intermediate_values" VALUES(3,1,2,NULL,'INF_POS');
INSERT INTO "trial_intermediate_values" VALUES(4,2,0,1.24781400672411351142e+01,'FINITE');
INSERT INTO "trial_intermediate_values" VALUES(5,2,1,NULL,'INF_POS');
INSERT INTO "trial_intermediate_values" VALUES(6,2,2,NULL,'INF_NEG');
INSERT INTO "trial_intermediate_values" VALUES(7,3,0,2.23362487063248877912e+01,'FINITE');
INSERT INTO "trial_intermediate_values" VALUES(8,3,1,NULL,'INF_NEG');
INSERT INTO "trial_intermediate_values" VALUES(9,3,2,7.44541623544163,'FINITE');
INSERT INTO "trial_intermediate_values" VALUES(10,4,0,1.41668793966130355244e+01,'FINITE');
INSERT INTO "trial_intermediate_values" VALUES(11,4,1,7.0834396983065177622e+00,'FINITE');
INSERT INTO "trial_intermediate_values" VALUES(12,4,2,NULL,'NAN');
INSERT INTO "trial_intermediate_values" VALUES(13,5,0,3.68168268579629343051e+00,'FINITE');
INSERT INTO "trial_intermediate_values" VALUES(14,5,1,NULL,'NAN');
INSERT INTO "trial_intermediate_values" VALUES(15,5,2,NULL,'INF_POS');
INSERT INTO "trial_intermediate_values" VALUES(16,6,0,1.57429601856325369619e+01,'FINITE');
INSERT INTO "trial_intermediate_values" VALUES(17,6,1,NULL,'INF_POS');
INSERT INTO "trial_intermediate_values" VALUES(18,6,2,NULL,'INF_NEG');
INSERT INTO "trial_intermediate_values" VALUES(19,7,0,7.10116445145494382812e-03,'FINITE');
INSERT INTO "trial_intermediate_values" VALUES(20,7,1,NULL,'INF_NEG');
INSERT INTO "trial_intermediate_values" VALUES(21,7,2,2.3670548171516479427e-03,'FINITE');
INSERT INTO "trial_intermediate_values" VALUES(22,15,0,2.0,'FINITE');
INSERT INTO "trial_intermediate_values" VALUES(23,15,5,1.0,'FINITE');
CREATE TABLE trial_params (
	param_id INTEGER NOT NULL, 
	trial_id INTEGER, 
	param_name VARCHAR(512), 
	param_value FLOAT, 
	distribution_json TEXT, 
	PRIMARY KEY (param_id), 
	UNIQUE (trial_id, param_name), 
	FOREIGN KEY(trial_id) REFERENCES trials (trial_id)
);
INSERT INTO "trial_params" VALUES(1,1,'x',0.25,'{"name": "FloatDistribution", "attributes": {"step": null, "low": -5.0, "high": 5.0, "log": false}}');
INSERT INTO "trial_params" VALUES(2,1,'lr',4.65680463791956554368e-04,'{"name": "FloatDistribution", "attributes": {"step": null, "low": 1e-05, "high": 0.1, "log": true}}');
INSERT INTO "trial_params" VALUES(3,1,'drop',0.4,'{"name": "FloatDistribution", "attributes": {"step": 0.1, "low": 0.0, "high": 0.5, "log": false}}');
INSERT INTO "trial_params" VALUES(4,1,'width',16.0,'{"name": "IntDistribution", "attributes": {"log": true, "step": 1, "low": 16, "high": 256}}');
INSERT INTO "trial_params" VALUES(5,1,'depth',3.0,'{"name": "IntDistribution", "attributes": {"log": false, "step": 2, "low": 1, "high": 9}}');
INSERT INTO "trial_params" VALUES(6,1,'kind',1.0,'{"name": "CategoricalDistribution", "attributes": {"choices": ["adam", null, true, 3, 0.5]}}');
INSERT INTO "trial_params" VALUES(7,2,'x',-3.5324410918288693395e+00,'{"name": "FloatDistribution", "attributes": {"step": null, "low": -5.0, "high": 5.0, "log": false}}');
INSERT INTO "trial_params" VALUES(8,2,'lr',2.34074648057675152416e-05,'{"name": "FloatDistribution", "attributes": {"step": null, "low": 1e-05, "high": 0.1, "log": true}}');
INSERT INTO "trial_params" VALUES(9,2,'drop',0.1,'{"name": "FloatDistribution", "attributes": {"step": 0.1, "low": 0.0, "high": 0.5, "log": false}}');
INSERT INTO "trial_params" VALUES(10,2,'width',41.0,'{"name": "IntDistribution", "attributes": {"log": true, "step": 1, "low": 16, "high": 256}}');
INSERT INTO "trial_params" VALUES(11,2,'depth',3.0,'{"name": "IntDistribution", "attributes": {"log": false, "step": 2, "low": 1, "high": 9}}');
INSERT INTO "trial_params" VALUES(12,2,'kind',4.0,'{"name": "CategoricalDistribution", "attributes": {"choices": ["adam", null, true, 3, 0.5]}}');
INSERT INTO "trial_params" VALUES(13,3,'x',-4.72612406802073792277e+00,'{"name": "FloatDistribution", "attributes": {"step": null, "low": -5.0, "high": 5.0, "log": false}}');
INSERT INTO "trial_params" VALUES(14,3,'lr',4.80695482496159946783e-03,'{"name": "FloatDistribution", "attributes": {"step": null, "low": 1e-05, "high": 0.1, "log": true}}');
INSERT INTO "trial_params" VALUES(15,3,'drop',0.2,'{"name": "FloatDistribution", "attributes": {"step": 0.1, "low": 0.0, "high": 0.5, "log": false}}');
INSERT INTO "trial_params" VALUES(16,3,'width',74.0,'{"name": "IntDistribution", "attributes": {"log": true, "step": 1, "low": 16, "high": 256}}');
INSERT INTO "trial_params" VALUES(17,3,'depth',1.0,'{"name": "IntDistribution", "attributes": {"log": false, "step": 2, "low": 1, "high": 9}}');
INSERT INTO "trial_params" VALUES(18,3,'kind',2.0,'{"name": "CategoricalDistribution", "attributes": {"choices": ["adam", null, true, 3, 0.5]}}');
INSERT INTO "trial_params" VALUES(19,4,'x',3.76389152296038353995e+00,'{"name": "FloatDistribution", "attributes": {"step": null, "low": -5.0, "high": 5.0, "log": false}}');
INSERT INTO "trial_params" VALUES(20,4,'lr',3.78814552109711932814e-02,'{"name": "FloatDistribution", "attributes": {"step": null, "low": 1e-05, "high": 0.1, "log": true}}');
INSERT INTO "trial_params" VALUES(21,4,'drop',0.0,'{"name": "FloatDistribution", "attributes": {"step": 0.1, "low": 0.0, "high": 0.5, "log": false}}');
INSERT INTO "trial_params" VALUES(22,4,'width',17.0,'{"name": "IntDistribution", "attributes": {"log": true, "step": 1, "low": 16, "high": 256}}');
INSERT INTO "trial_params" VALUES(23,4,'depth',1.0,'{"name": "IntDistribution", "attributes": {"log": false, "step": 2, "low": 1, "high": 9}}');
INSERT INTO "trial_params" VALUES(24,4,'kind',3.0,'{"name": "CategoricalDistribution", "attributes": {"choices": ["adam", null, true, 3, 0.5]}}');
INSERT INTO "trial_params" VALUES(25,5,'x',1.91877113950473354719e+00,'{"name": "FloatDistribution", "attributes": {"step": null, "low": -5.0, "high": 5.0, "log": false}}');
INSERT INTO "trial_params" VALUES(26,5,'lr',1.82836342098445324812e-04,'{"name": "FloatDistribution", "attributes": {"step": null, "low": 1e-05, "high": 0.1, "log": true}}');
INSERT INTO "trial_params" VALUES(27,5,'drop',0.4,'{"name": "FloatDistribution", "attributes": {"step": 0.1, "low": 0.0, "high": 0.5, "log": false}}');
INSERT INTO "trial_params" VALUES(28,5,'width',161.0,'{"name": "IntDistribution", "attributes": {"log": true, "step": 1, "low": 16, "high": 256}}');
INSERT INTO "trial_params" VALUES(29,5,'depth',1.0,'{"name": "IntDistribution", "attributes": {"log": false, "step": 2, "low": 1, "high": 9}}');
INSERT INTO "trial_params" VALUES(30,5,'kind',1.0,'{"name": "CategoricalDistribution", "attributes": {"choices": ["adam", null, true, 3, 0.5]}}');
INSERT INTO "trial_params" VALUES(31,6,'x',-3.96773993422357973415e+00,'{"name": "FloatDistribution", "attributes": {"step": null, "low": -5.0, "high": 5.0, "log": false}}');
INSERT INTO "trial_params" VALUES(32,6,'lr',6.18833911651752517808e-04,'{"name": "FloatDistribution", "attributes": {"step": null, "low": 1e-05, "high": 0.1, "log": true}}');
INSERT INTO "trial_params" VALUES(33,6,'drop',0.5,'{"name": "FloatDistribution", "attributes": {"step": 0.1, "low": 0.0, "high": 0.5, "log": false}}');
INSERT INTO "trial_params" VALUES(34,6,'width',35.0,'{"name": "IntDistribution", "attributes": {"log": true, "step": 1, "low": 16, "high": 256}}');
INSERT INTO "trial_params" VALUES(35,6,'depth',3.0,'{"name": "IntDistribution", "attributes": {"log": false, "step": 2, "low": 1, "high": 9}}');
INSERT INTO "trial_params" VALUES(36,6,'kind',2.0,'{"name": "CategoricalDistribution", "attributes": {"choices": ["adam", null, true, 3, 0.5]}}');
INSERT INTO "trial_params" VALUES(37,7,'x',-8.42684071966175451962e-02,'{"name": "FloatDistribution", "attributes": {"step": null, "low": -5.0, "high": 5.0, "log": false}}');
INSERT INTO "trial_params" VALUES(38,7,'lr',1.63474561263767687868e-05,'{"name": "FloatDistribution", "attributes": {"step": null, "low": 1e-05, "high": 0.1, "log": true}}');
INSERT INTO "trial_params" VALUES(39,7,'drop',3.00000000000000044408e-01,'{"name": "FloatDistribution", "attributes": {"step": 0.1, "low": 0.0, "high": 0.5, "log": false}}');
INSERT INTO "trial_params" VALUES(40,7,'width',23.0,'{"name": "IntDistribution", "attributes": {"log": true, "step": 1, "low": 16, "high": 256}}');
INSERT INTO "trial_params" VALUES(41,7,'depth',5.0,'{"name": "IntDistribution", "attributes": {"log": false, "step": 2, "low": 1, "high": 9}}');
INSERT INTO "trial_params" VALUES(42,7,'kind',0.0,'{"name": "CategoricalDistribution", "attributes": {"choices": ["adam", null, true, 3, 0.5]}}');
INSERT INTO "trial_params" VALUES(43,7,'beta',8.09940738330271359224e-01,'{"name": "FloatDistribution", "attributes": {"step": null, "low": 0.8, "high": 0.999, "log": false}}');
INSERT INTO "trial_params" VALUES(44,8,'x',1.5,'{"name": "FloatDistribution", "attributes": {"step": null, "low": -5.0, "high": 5.0, "log": false}}');
INSERT INTO "trial_params" VALUES(45,10,'a',4.35994902142003759593e-01,'{"name": "FloatDistribution", "attributes": {"step": null, "low": 0.0, "high": 1.0, "log": false}}');
INSERT INTO "trial_params" VALUES(46,10,'b',1.0,'{"name": "IntDistribution", "attributes": {"log": false, "step": 1, "low": 1, "high": 3}}');
INSERT INTO "trial_params" VALUES(47,11,'a',5.49662477878709143652e-01,'{"name": "FloatDistribution", "attributes": {"step": null, "low": 0.0, "high": 1.0, "log": false}}');
INSERT INTO "trial_params" VALUES(48,11,'b',2.0,'{"name": "IntDistribution", "attributes": {"log": false, "step": 1, "low": 1, "high": 3}}');
INSERT INTO "trial_params" VALUES(49,12,'a',4.2036780208748902865e-01,'{"name": "FloatDistribution", "attributes": {"step": null, "low": 0.0, "high": 1.0, "log": false}}');
INSERT INTO "trial_params" VALUES(50,12,'b',1.0,'{"name": "IntDistribution", "attributes": {"log": false, "step": 1, "low": 1, "high": 3}}');
INSERT INTO "trial_params" VALUES(51,13,'a',5.50797902574575504175e-01,'{"name": "FloatDistribution", "attributes": {"step": null, "low": 0.0, "high": 1.0, "log": false}}');
INSERT INTO "trial_params" VALUES(52,14,'a',7.08147822618104827441e-01,'{"name": "FloatDistribution", "attributes": {"step": null, "low": 0.0, "high": 1.0, "log": false}}');
INSERT INTO "trial_params" VALUES(53,15,'x',1.0,'{"name": "FloatDistribution", "attributes": {"step": null, "low": 0.0, "high": 2.0, "log": false}}');
INSERT INTO "trial_params" VALUES(54,15,'c',1.0,'{"name": "CategoricalDistribution", "attributes": {"choices": ["a", "b"]}}');
CREATE TABLE trial_system_attributes (
	trial_system_attribute_id INTEGER NOT NULL, 
	trial_id INTEGER, 
	"key" VARCHAR(512), 
	value_json TEXT, 
	PRIMARY KEY (trial_system_attribute_id), 
	UNIQUE (trial_id, "key"), 
	FOREIGN KEY(trial_id) REFERENCES trials (trial_id)
);
INSERT INTO "trial_system_attributes" VALUES(1,1,'fixed_params','{"x": 0.25, "kind": null}');
INSERT INTO "trial_system_attributes" VALUES(2,1,'constraints:memory','-4.0');
INSERT INTO "trial_system_attributes" VALUES(3,2,'constraints:memory','-4.0');
INSERT INTO "trial_system_attributes" VALUES(4,3,'constraints:memory','-6.0');
INSERT INTO "trial_system_attributes" VALUES(5,4,'constraints:memory','-6.0');
INSERT INTO "trial_system_attributes" VALUES(6,5,'constraints:memory','-6.0');
INSERT INTO "trial_system_attributes" VALUES(7,6,'constraints:memory','-4.0');
INSERT INTO "trial_system_attributes" VALUES(8,7,'constraints:memory','-2.0');
INSERT INTO "trial_system_attributes" VALUES(9,8,'fixed_params','{"x": 1.5}');
INSERT INTO "trial_system_attributes" VALUES(10,9,'fixed_params','{"x": 2.5, "kind": "adam"}');
INSERT INTO "trial_system_attributes" VALUES(11,13,'NSGAIISampler:generation','0');
INSERT INTO "trial_system_attributes" VALUES(12,13,'constraints','[0.050797902574575504, -1.0]');
INSERT INTO "trial_system_attributes" VALUES(13,14,'NSGAIISampler:generation','0');
INSERT INTO "trial_system_attributes" VALUES(14,14,'constraints','[0.20814782261810483, -1.0]');
CREATE TABLE trial_user_attributes (
	trial_user_attribute_id INTEGER NOT NULL, 
	trial_id INTEGER, 
	"key" VARCHAR(512), 
	value_json TEXT, 
	PRIMARY KEY (trial_user_attribute_id), 
	UNIQUE (trial_id, "key"), 
	FOREIGN KEY(trial_id) REFERENCES trials (trial_id)
);
INSERT INTO "trial_user_attributes" VALUES(1,1,'who','"me"');
INSERT INTO "trial_user_attributes" VALUES(2,1,'note','{"seconds": [1, 2.5], "text": "gr\u00f6\u00dfe"}');
INSERT INTO "trial_user_attributes" VALUES(3,2,'note','{"seconds": [1, 2.5], "text": "gr\u00f6\u00dfe"}');
INSERT INTO "trial_user_attributes" VALUES(4,3,'note','{"seconds": [1, 2.5], "text": "gr\u00f6\u00dfe"}');
INSERT INTO "trial_user_attributes" VALUES(5,4,'note','{"seconds": [1, 2.5], "text": "gr\u00f6\u00dfe"}');
INSERT INTO "trial_user_attributes" VALUES(6,5,'note','{"seconds": [1, 2.5], "text": "gr\u00f6\u00dfe"}');
INSERT INTO "trial_user_attributes" VALUES(7,6,'note','{"seconds": [1, 2.5], "text": "gr\u00f6\u00dfe"}');
INSERT INTO "trial_user_attributes" VALUES(8,7,'note','{"seconds": [1, 2.5], "text": "gr\u00f6\u00dfe"}');
INSERT INTO "trial_user_attributes" VALUES(9,9,'who','"you"');
CREATE TABLE trial_values (
	trial_value_id INTEGER NOT NULL, 
	trial_id INTEGER NOT NULL, 
	objective INTEGER NOT NULL, 
	value FLOAT, 
	value_type VARCHAR(7) NOT NULL, 
	PRIMARY KEY (trial_value_id), 
	UNIQUE (trial_id, objective), 
	FOREIGN KEY(trial_id) REFERENCES trials (trial_id)
);
INSERT INTO "trial_values" VALUES(1,1,0,6.29656804637919592648e-02,'FINITE');
INSERT INTO "trial_values" VALUES(2,2,0,1.24781634747059406716e+01,'FINITE');
INSERT INTO "trial_values" VALUES(3,3,0,7.44541623544163,'FINITE');
INSERT INTO "trial_values" VALUES(4,5,0,NULL,'INF_POS');
INSERT INTO "trial_values" VALUES(5,6,0,1.57435790195441889234e+01,'FINITE');
INSERT INTO "trial_values" VALUES(6,7,0,7.11751190758132083746e-03,'FINITE');
INSERT INTO "trial_values" VALUES(7,10,0,4.35994902142003759593e-01,'FINITE');
INSERT INTO "trial_values" VALUES(8,10,1,1.0,'FINITE');
INSERT INTO "trial_values" VALUES(9,11,0,5.49662477878709143652e-01,'FINITE');
INSERT INTO "trial_values" VALUES(10,11,1,2.0,'FINITE');
INSERT INTO "trial_values" VALUES(11,12,0,4.2036780208748902865e-01,'FINITE');
INSERT INTO "trial_values" VALUES(12,12,1,1.0,'FINITE');
INSERT INTO "trial_values" VALUES(13,13,0,5.50797902574575504175e-01,'FINITE');
INSERT INTO "trial_values" VALUES(14,14,0,7.08147822618104827441e-01,'FINITE');
INSERT INTO "trial_values" VALUES(15,15,0,1.0,'FINITE');
CREATE TABLE trials (
	trial_id INTEGER NOT NULL, 
	number INTEGER, 
	study_id INTEGER, 
	state VARCHAR(8) NOT NULL, 
	datetime_start DATETIME, 
	datetime_complete DATETIME, 
	PRIMARY KEY (trial_id), 
	FOREIGN KEY(study_id) REFERENCES studies (study_id)
);
INSERT INTO "trials" VALUES(1,0,1,'COMPLETE','2026-11-21 03:53:49.961238','2026-11-21 03:53:49.991450');
INSERT INTO "trials" VALUES(2,1,1,'COMPLETE','2026-11-21 03:53:50.001804','2026-11-21 03:53:50.024521');
INSERT INTO "trials" VALUES(3,2,1,'PRUNED','2026-11-21 03:53:50.030575','2026-11-21 03:53:50.053559');
INSERT INTO "trials" VALUES(4,3,1,'FAIL','2026-11-21 03:53:50.057951','2026-11-21 03:53:50.080210');
INSERT INTO "trials" VALUES(5,4,1,'COMPLETE','2026-11-21 03:53:50.084887','2026-11-21 03:53:50.108653');
INSERT INTO "trials" VALUES(6,5,1,'COMPLETE','2026-11-21 03:53:50.114446','2026-11-21 03:53:50.138527');
INSERT INTO "trials" VALUES(7,6,1,'COMPLETE','2026-11-21 03:53:50.144019','2026-11-21 03:53:50.169863');
INSERT INTO "trials" VALUES(8,7,1,'RUNNING','2026-11-21 03:53:50.180329',NULL);
INSERT INTO "trials" VALUES(9,8,1,'WAITING',NULL,NULL);
INSERT INTO "trials" VALUES(10,0,2,'COMPLETE','2026-11-21 03:53:50.194581','2026-11-21 03:53:50.203570');
INSERT INTO "trials" VALUES(11,1,2,'COMPLETE','2026-11-21 03:53:50.208106','2026-11-21 03:53:50.216373');
INSERT INTO "trials" VALUES(12,2,2,'COMPLETE','2026-11-21 03:53:50.220776','2026-11-21 03:53:50.229048');
INSERT INTO "trials" VALUES(13,0,3,'COMPLETE','2026-11-21 03:53:50.234912','2026-11-21 03:53:50.248857');
INSERT INTO "trials" VALUES(14,1,3,'COMPLETE','2026-11-21 03:53:50.256844','2026-11-21 03:53:50.270343');
INSERT INTO "trials" VALUES(15,0,4,'COMPLETE','2026-11-21 03:53:50.291732','2026-11-21 03:53:50.291732');
CREATE TABLE version_info (
	version_info_id INTEGER NOT NULL, 
	schema_version INTEGER, 
	library_version VARCHAR(256), 
	PRIMARY KEY (version_info_id), 
	CHECK (version_info_id=1)
);
INSERT INTO "version_info" VALUES(1,12,'5.0.0');
CREATE UNIQUE INDEX ix_studies_study_name ON studies (study_name);
CREATE INDEX ix_trials_study_id ON trials (study_id);
COMMIT;
