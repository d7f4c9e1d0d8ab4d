"""How Microsoft Teams writes the headers and labels of its attendance reports, by language.

English as seen in files. German, Portuguese (of Brazil) and most of Spanish and Polish as in public programs that read such reports, see
`docs/how-to/import-meeting-reports.md`; French, Italian and Dutch, and what is left of the others, from translation only: no public
source was found. Compared without case and accents.
"""

from __future__ import annotations

NAME = ("Name", "Full Name", "Participant", "Nome", "Nome Completo", "Nombre", "Nombre completo", "Nom", "Nom complet", "Naam",
        "Volledige naam", "Vollständiger Name", "Nome completo", "Imię i nazwisko")  # fmt: skip
FIRST_JOIN = ("First Join", "First Join (UTC)", "First Join Time", "Erster Beitritt", "Erste Teilnahme", "Erster Beitritt (UTC)",
              "Première participation", "Première connexion", "Premier accès", "Première jonction", "Premier rejoint", "Primera unión",
              "Primera vez que se unió", "Primera entrada", "Primer acceso", "Primera incorporación", "Primo accesso",
              "Prima partecipazione", "Primo ingresso", "Prima partecipazione alla riunione", "Eerste deelname",
              "Eerste keer deelgenomen", "Eerste toetreding", "Voor het eerst deelgenomen", "Primeiro ingresso", "Primeira Entrada",
              "Primeira participação", "Primeira adesão", "Pierwsze dołączenie")  # fmt: skip
LAST_LEAVE = ("Last Leave", "Last Leave (UTC)", "Last Leave Time", "Letztes Verlassen", "Letzter Austritt", "Dernier départ",
              "Dernière sortie", "Dernière déconnexion", "Dernier congé", "Última salida", "Último abandono", "Última vez que salió",
              "Última desconexión", "Ultima uscita", "Ultimo abbandono", "Ultimo accesso", "Laatste vertrek", "Laatst verlaten",
              "Laatste keer verlaten", "Última saída", "Última licença", "Ostatnie opuszczenie")  # fmt: skip
IN_MEETING = ("In-Meeting Duration", "In-Meeting duration", "Duration", "In Meeting Duration", "Dauer der Besprechung",
              "Dauer in der Besprechung", "Dauer in Besprechung", "Dauer der Besprechungsteilnahme", "Dauer", "Durée de la réunion",
              "Durée en réunion", "Durée dans la réunion", "Durée de participation", "Durée", "Duración de la reunión",
              "Duración en la reunión", "Tiempo en la reunión", "Duración", "Durata riunione", "Durata della riunione",
              "Durata nella riunione", "Durata", "Duur van vergadering", "Duur in vergadering", "Duur van de vergadering",
              "Vergaderduur", "Duur", "Duração da Reunião", "Duração na reunião", "Duração em reunião",
              "Duração", "Czas trwania")  # fmt: skip
JOIN = ("Join Time", "Join Time (UTC)", "Beitrittszeit", "Beitreten", "Beitrittszeitpunkt", "Beigetreten", "Teilnahmezeit",
        "Heure d’arrivée", "Heure d'arrivée", "Heure de connexion", "Heure de participation", "Heure de jonction", "Hora de unión",
        "Hora de entrada", "Hora de incorporación", "Hora de ingreso", "Hora a la que se unió", "Ora di partecipazione",
        "Ora di accesso", "Ora di ingresso", "Ora partecipazione", "Orario di accesso", "Tijd van deelname", "Deelnametijd",
        "Tijdstip van deelname", "Aanmeldingstijd", "Horário de Entrada", "Hora de ingresso", "Hora de participação",
        "Horário de ingresso", "Hora de Adesão", "Czas dołączenia", "Godzina dołączenia")  # fmt: skip
LEAVE = ("Leave Time", "Leave Time (UTC)", "Verlassenszeit", "Verlassen", "Austrittszeit", "Zeitpunkt des Verlassens",
         "Uhrzeit des Verlassens", "Heure de départ", "Heure de sortie", "Heure de déconnexion", "Hora de salida", "Hora de abandono",
         "Hora a la que salió", "Ora di uscita", "Ora di abbandono", "Ora uscita", "Orario di uscita", "Tijd van vertrek",
         "Vertrektijd", "Tijdstip van vertrek", "Tijdstip van verlaten", "Horário de Saída", "Hora de saída", "Czas opuszczenia",
         "Godzina opuszczenia")  # fmt: skip
EMAIL = ("Email", "E-Mail", "E-mail", "Email address", "E-Mail-Adresse", "Adresse e-mail", "Adresse de courrier", "Courriel",
         "Correo electrónico", "Correo", "Dirección de correo electrónico", "Indirizzo e-mail", "Posta elettronica", "E-mailadres",
         "Endereço de email", "Adres e-mail")  # fmt: skip
REGISTERED = ("Registration Email", "Registrierungs-E-Mail", "Email de inscrição")
UPN = ("Participant ID (UPN)", "Teilnehmer-ID (UPN)", "ID de participant (UPN)", "ID du participant (UPN)", "Id. de participante (UPN)",
       "ID del participante (UPN)", "ID de participante (UPN)", "ID partecipante (UPN)", "Deelnemers-id (UPN)", "Deelnemer-id (UPN)",
       "ID van deelnemer (UPN)", "ID do participante (UPN)", "ID participante (UPN)", "Identyfikator uczestnika (UPN)")  # fmt: skip
ROLE = ("Role", "Rolle", "Rôle", "Rol", "Ruolo", "Função", "Papel", "Rola")
ACTION = ("User Action", "Benutzeraktion", "Action de l’utilisateur", "Action de l'utilisateur", "Action utilisateur",
          "Acción del usuario", "Azione utente", "Azione dell'utente", "Gebruikersactie", "Actie van gebruiker", "Ação do usuário",
          "Ação do utilizador", "Akcja użytkownika", "Działanie użytkownika")  # fmt: skip
TIMESTAMP = ("Timestamp", "Zeitstempel", "Horodatage", "Horodateur", "Marca de tiempo", "Marca temporal", "Timestamp (UTC)",
             "Data e ora", "Tijdstempel", "Tijdstip", "Carimbo de data/hora", "Data/hora", "Znacznik czasu")  # fmt: skip
JOINED = ("Joined", "Joined before", "Beigetreten", "Zuvor beigetreten", "Vorher beigetreten", "Teilgenommen", "A rejoint", "Rejoint",
          "A rejoint avant", "Rejoint avant", "Rejoint précédemment", "Se unió", "Se unió antes", "Unido", "Unido antes", "Se ha unido",
          "Ha partecipato", "Partecipante", "Partecipato", "Partecipato prima", "Ha partecipato prima", "Si è unito", "Deelgenomen",
          "Eerder deelgenomen", "Toegetreden", "Ingressou", "Ingressou antes", "Entrou", "Entrou antes", "Participou",
          "Dołączył(a)", "Dołączył", "Dołączyła", "Dołączono", "Dołączono wcześniej", "Dołączył(a) wcześniej")  # fmt: skip
LEFT = ("Left", "Verlassen", "Hat verlassen", "A quitté", "Parti", "Sorti", "Salió", "Abandonó", "Se fue", "Ha salido", "Uscito",
        "Ha abbandonato", "Ha lasciato", "Verlaten", "Vertrokken", "Saiu", "Deixou",
        "Opuścił(a)", "Opuścił", "Opuściła", "Opuszczono", "Wyszedł")  # fmt: skip
FACTS = {
    "title": ("Meeting title", "Besprechungstitel", "Titel der Besprechung", "Titre de la réunion", "Título de la reunión",
              "Titolo riunione", "Titolo della riunione", "Titel van vergadering", "Vergaderingstitel", "Titel van de vergadering",
              "Título da reunião"),
    "start": ("Start time", "Meeting Start Time", "Start Time (UTC)", "Startzeit", "Startzeit der Besprechung", "Beginn",
              "Besprechungsbeginn", "Heure de début", "Heure de début de la réunion", "Hora de inicio", "Hora de inicio de la reunión",
              "Ora di inizio", "Ora inizio", "Ora di inizio riunione", "Begintijd", "Starttijd", "Begintijd van vergadering",
              "Hora de início", "Horário de início", "Hora de Início da Reunião", "Godzina rozpoczęcia"),
    "end": ("End time", "Meeting End Time", "End Time (UTC)", "Endzeit", "Endzeit der Besprechung", "Ende", "Besprechungsende",
            "Heure de fin", "Heure de fin de la réunion", "Hora de finalización", "Hora de finalización de la reunión", "Hora de fin",
            "Ora di fine", "Ora fine", "Ora di fine riunione", "Eindtijd", "Eindtijd van vergadering", "Hora de término", "Hora de fim",
            "Horário de término", "Hora de Término da Reunião", "Godzina zakończenia"),
    "id": ("Meeting Id", "Besprechungs-ID", "Id de la réunion", "ID de réunion", "Id. de la reunión", "ID de la reunión", "ID riunione",
           "Vergaderings-id", "Id da Reunião", "ID da reunião"),
    "people": ("Attended participants", "Total Number of Participants", "Anzahl Teilnehmer", "Teilnehmer", "Teilnehmende",
               "Gesamtzahl Teilnehmer", "Gesamtzahl der Teilnehmer", "Participants présents", "Participants",
               "Nombre total de participants", "Participantes", "Participantes que asistieron", "Asistentes",
               "Número total de participantes", "Partecipanti", "Numero totale di partecipanti", "Partecipanti presenti",
               "Aanwezige deelnemers", "Deelnemers", "Totaal aantal deelnemers", "Participantes presentes", "Participantes Atendidos",
               "Número Total de Participantes"),
    "length": ("Meeting duration", "Besprechungsdauer", "Dauer der Besprechung", "Durée de la réunion", "Duración de la reunión",
               "Durata riunione", "Durata della riunione", "Duur van vergadering", "Vergaderduur", "Duração da reunião",
               "Czas trwania spotkania"),
    "average": ("Average attendance time", "Durchschnittliche Teilnahmedauer", "Durchschnittliche Anwesenheitszeit",
                "Durée moyenne de participation", "Temps de présence moyen", "Tiempo medio de asistencia",
                "Tiempo promedio de asistencia", "Tempo medio di partecipazione", "Gemiddelde aanwezigheidstijd",
                "Gemiddelde deelnametijd", "Tempo médio de participação"),
}  # fmt: skip
ENGAGEMENT_TYPE = ("Engagement Type", "Tipo de Compromisso", "Tipo de envolvimento", "Art des Engagements")
ENGAGEMENT_TIME = ("Time", "Tempo", "Timestamp", "Zeit")
REACTIONS = ("reaction", "reacao", "reaktion", "reaccion", "reazione", "reactie")
HANDS = ("raise", "raised hand", "levantar", "maos levantadas", "hand", "mano", "main levee")
