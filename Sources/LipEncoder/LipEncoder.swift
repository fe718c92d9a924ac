// LipEncoder
